/*
 * The text of the password database: a first line with its version, then one record per line,
 *   USER SERVICE HASH
 * sorted by user and service. Users are stored in lower case, services in upper case. Every wrong line is reported.
 * Ref: PMDF 32 (pmdf password)
 */
import { type Diagnostic, errorAt, type Parsed, type SourceFile } from '../../lib/text/index.js';
import { type PasswordHash, parseHash, printHash } from './password-hash.js';

/** One password: of a user, for a service. */
export interface PasswordRecord {
  readonly user: string;
  /** `DEFAULT` applies to every service without a record of its own. */
  readonly service: string;
  readonly hash: PasswordHash;
}

/** All records, by user and then by service. */
export type PasswordRecords = ReadonlyMap<string, ReadonlyMap<string, PasswordRecord>>;

/** The service that applies where no other does. */
export const defaultService = 'DEFAULT';

/** The service of AUTH. */
export const smtpService = 'SMTP';

const firstLine = 'pmdf-passwords 1';
const longestUser = 255;

/** The record of a user that counts for a service; null if there is none. */
export function recordForService(
  records: ReadonlyMap<string, PasswordRecord>,
  service: string,
): PasswordRecord | null {
  return records.get(service) ?? records.get(defaultService) ?? null;
}

/** The name of a user as it is stored; null if it is empty, too long, or has a blank or control character. */
export function userName(written: string): string | null {
  const name = written.normalize('NFC').toLowerCase();
  const isName = name !== '' && Buffer.byteLength(name, 'utf8') <= longestUser;
  return isName && !/[\s\p{C}]/u.test(name) ? name : null;
}

/** The name of a service as it is stored; null if it cannot be one. */
export function serviceName(written: string): string | null {
  return /^[A-Za-z0-9_-]{1,32}$/.test(written) ? written.toUpperCase() : null;
}

function parseLine(line: string): PasswordRecord | string {
  const [user = '', service = '', written = '', ...rest] = line.split(' ');
  if (rest.length > 0 || written === '') return 'a record is `USER SERVICE HASH`';
  if (userName(user) !== user) return 'it has an invalid user name';
  if (serviceName(service) !== service) return 'it has an invalid service name';
  const hash = parseHash(written);
  return hash === null ? 'it has an unknown kind of hash' : { user, service, hash };
}

/** Reads the text of a database. Messages never show a hash. */
export function parsePasswords(source: SourceFile): Parsed<PasswordRecords> {
  const records = new Map<string, Map<string, PasswordRecord>>();
  const diagnostics: Diagnostic[] = [];
  // An excerpt would show passwords.
  const shown = { ...source, text: '' };
  const [first = '', ...lines] = source.text.split('\n');
  if (first !== firstLine) {
    const span = { source: shown, offset: 0, length: 0 };
    const message = `\`${source.name}\` is not a password database of version 1`;
    const hint = '`pmdf password set` creates it';
    return { value: records, diagnostics: [errorAt(span, 'auth/password-file', message, { hint })] };
  }
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const record = parseLine(line);
    const wrong =
      typeof record === 'string'
        ? record
        : records.get(record.user)?.has(record.service) === true
          ? 'it repeats a user and service'
          : null;
    if (wrong !== null) {
      const span = { source: shown, offset: 0, length: 0 };
      const message = `line ${index + 2} of \`${source.name}\` is wrong: ${wrong}`;
      diagnostics.push(errorAt(span, 'auth/password-record', message));
    }
    if (typeof record === 'string' || wrong !== null) continue;
    const services = records.get(record.user) ?? new Map<string, PasswordRecord>();
    records.set(record.user, services.set(record.service, record));
  }
  return { value: records, diagnostics };
}

function byCode(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** All records, sorted by user and service. */
export function recordsIn(records: PasswordRecords): PasswordRecord[] {
  return [...records.values()]
    .flatMap((services) => [...services.values()])
    .sort((left, right) => byCode(left.user, right.user) || byCode(left.service, right.service));
}

/** Prints a database. */
export function printPasswords(records: PasswordRecords): string {
  const lines = recordsIn(records).map(({ user, service, hash }) => `${user} ${service} ${printHash(hash)}`);
  return [firstLine, ...lines, ''].join('\n');
}
