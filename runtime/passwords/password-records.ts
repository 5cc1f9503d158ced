/*
 * The text of the password database: a first line that names its version, then a record on each line,
 *   USER SERVICE HASH
 * sorted by user and service. The case of users and services does not count: users are kept in lower case,
 * services in upper case. Whoever reads goes on after a wrong line and reports it.
 * Ref: PMDF 32 (pmdf password)
 */
import { type Diagnostic, errorAt, type Parsed, type SourceFile } from '../../lib/text/index.js';
import { type PasswordHash, parseHash, printHash } from './password-hash.js';

/** One password: of a user, for a service. */
export interface PasswordRecord {
  readonly user: string;
  /** `DEFAULT` counts for every service that has no record of its own. */
  readonly service: string;
  readonly hash: PasswordHash;
}

/** All records, by user and then by service. */
export type PasswordRecords = ReadonlyMap<string, ReadonlyMap<string, PasswordRecord>>;

/** The service that counts where nothing else does. */
export const defaultService = 'DEFAULT';

/** The service that AUTH asks for. */
export const smtpService = 'SMTP';

const firstLine = 'pmdf-passwords 1';
const longestUser = 255;

/** The name of a user as it is kept; null for what cannot be one: empty, too long, with a blank or a control. */
export function userName(written: string): string | null {
  const name = written.normalize('NFC').toLowerCase();
  const isName = name !== '' && Buffer.byteLength(name, 'utf8') <= longestUser;
  return isName && !/[\s\p{C}]/u.test(name) ? name : null;
}

/** The name of a service as it is kept; null for what cannot be one. */
export function serviceName(written: string): string | null {
  return /^[A-Za-z0-9_-]{1,32}$/.test(written) ? written.toUpperCase() : null;
}

function parseLine(line: string): PasswordRecord | string {
  const [user = '', service = '', written = '', ...rest] = line.split(' ');
  if (rest.length > 0 || written === '') return 'a record is a user, a service and a hash';
  if (userName(user) !== user) return 'this cannot be the name of a user';
  if (serviceName(service) !== service) return 'this cannot be the name of a service';
  const hash = parseHash(written);
  return hash === null ? 'this is no hash that is known here' : { user, service, hash };
}

/** Reads the text of a database. Messages never show a hash. */
export function parsePasswords(source: SourceFile): Parsed<PasswordRecords> {
  const records = new Map<string, Map<string, PasswordRecord>>();
  const diagnostics: Diagnostic[] = [];
  // What is shown of the source would be a secret.
  const shown = { ...source, text: '' };
  const [first = '', ...lines] = source.text.split('\n');
  if (first !== firstLine) {
    const span = { source: shown, offset: 0, length: 0 };
    const message = `\`${source.name}\` is no password database of version 1`;
    const hint = 'it is made by `pmdf password set`';
    return { value: records, diagnostics: [errorAt(span, 'auth/password-file', message, { hint })] };
  }
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const record = parseLine(line);
    const wrong =
      typeof record === 'string'
        ? record
        : records.get(record.user)?.has(record.service) === true
          ? 'this user and service stand twice'
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

/** Every record, sorted by user and service. */
export function recordsIn(records: PasswordRecords): PasswordRecord[] {
  return [...records.values()]
    .flatMap((services) => [...services.values()])
    .sort((left, right) => byCode(left.user, right.user) || byCode(left.service, right.service));
}

/** Writes the text of a database. */
export function printPasswords(records: PasswordRecords): string {
  const lines = recordsIn(records).map(({ user, service, hash }) => `${user} ${service} ${printHash(hash)}`);
  return [firstLine, ...lines, ''].join('\n');
}
