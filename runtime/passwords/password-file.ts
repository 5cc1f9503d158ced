/*
 * The password database as the gateway uses it: in memory, reloaded after a change. While the file has errors
 * the former records count; while it cannot be read, nothing can be verified. Every question derives one key,
 * whether the user exists or not, so its time reveals nothing. Wrong passwords are remembered as keyed hashes
 * while the record of the user stays the same.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Diagnostic } from '../../lib/text/index.js';
import { type FileNames, fileMark, isMissing } from '../files/index.js';
import { type Clock, RecentAnswers, systemClock } from '../time/index.js';
import { readPasswords } from './password-change.js';
import {
  type Cost,
  type Derive,
  deriveKey,
  impossibleHash,
  isPassword,
  type PasswordHash,
  presentCost,
  printHash,
} from './password-hash.js';
import { checkPasswordMode } from './password-mode.js';
import {
  defaultService,
  type PasswordRecord,
  type PasswordRecords,
  recordsIn,
  userName,
} from './password-records.js';

/** The user as spelled in the database, or that name or password is wrong, or that it cannot be verified. */
export type PasswordAnswer =
  | { readonly kind: 'good'; readonly user: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'failed'; readonly cause: string };

/** How a password file is opened. */
export interface PasswordFileOptions {
  readonly report: (diagnostics: readonly Diagnostic[]) => void;
  /** Derives keys; called once per question. */
  readonly derive?: Derive;
  readonly clock?: Clock;
}

/** How many wrong passwords are remembered, and for how long. */
const mostWrong = 20_000;
const wrongMs = 24 * 60 * 60 * 1000;

export function recordFor(records: PasswordRecords, user: string, service: string): PasswordRecord | null {
  const services = records.get(user);
  return services?.get(service) ?? services?.get(defaultService) ?? null;
}

export class PasswordFile {
  readonly #path: string;
  readonly #names: FileNames;
  readonly #options: PasswordFileOptions;
  readonly #secret = randomBytes(32);
  readonly #wrong: RecentAnswers<true>;
  #records: PasswordRecords | null = null;
  #costs: readonly Cost[] = [];
  /** The mark of the file that was read last. */
  #mark: string | null = null;
  #trouble: string | null = null;

  constructor(path: string, names: FileNames, options: PasswordFileOptions) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
    this.#wrong = new RecentAnswers(options.clock ?? systemClock, mostWrong);
  }

  /** Whether there is a database, readable or not. */
  exists(): boolean {
    return !isMissing(this.#path);
  }

  /** Reloads the file if it has changed, and reports what is wrong with it. */
  checkNow(): void {
    this.#refresh();
  }

  /** Verifies a password of a user for a service. Rejects only if no key can be derived. */
  async ask(written: string, service: string, password: string): Promise<PasswordAnswer> {
    this.#refresh();
    if (this.#records === null) {
      return { kind: 'failed', cause: this.#trouble ?? `there is no \`${this.#names.name}\`` };
    }
    const record = this.#recordOf(this.#records, written, service);
    const hash = record?.hash ?? this.#hashOfNobody(written);
    const isRight = await isPassword(hash, password, this.#options.derive ?? deriveKey);
    if (isRight && record !== null) return { kind: 'good', user: record.user };
    this.#wrong.keep(this.#fingerprint(written, record, password), true, wrongMs);
    return { kind: 'wrong' };
  }

  /** Whether this password was found wrong before, for the record that applies now. */
  isKnownWrong(written: string, service: string, password: string): boolean {
    this.#refresh();
    if (this.#records === null) return false;
    const record = this.#recordOf(this.#records, written, service);
    return this.#wrong.get(this.#fingerprint(written, record, password)) === true;
  }

  #recordOf(records: PasswordRecords, written: string, service: string): PasswordRecord | null {
    const user = userName(written);
    return user === null ? null : recordFor(records, user, service);
  }

  /** Identifies a guess without storing the password. */
  #fingerprint(written: string, record: PasswordRecord | null, password: string): string {
    const parts = [userName(written) ?? written, record === null ? null : printHash(record.hash), password];
    return createHmac('sha256', this.#secret).update(JSON.stringify(parts)).digest('base64');
  }

  /** A hash with the cost of some user's, always the same for one name. */
  #hashOfNobody(written: string): PasswordHash {
    const digest = createHmac('sha256', this.#secret).update(written).digest();
    return impossibleHash(this.#costs[digest.readUInt32BE(0) % this.#costs.length] ?? presentCost);
  }

  #refresh(): void {
    const mark = fileMark(this.#path);
    if (mark !== null && mark === this.#mark) return;
    const read = readPasswords(this.#path, this.#names);
    this.#mark = mark;
    if (read.kind === 'read' && read.exists) {
      this.#records = read.records;
      this.#costs = recordsIn(read.records).map(({ hash }) => hash.cost);
      this.#trouble = null;
      const warnings = checkPasswordMode(this.#path, this.#names);
      if (warnings.length > 0) this.#options.report(warnings);
      return;
    }
    if (read.kind === 'read') {
      this.#records = null;
      this.#trouble = null;
      return;
    }
    const [first] = read.diagnostics;
    const isFileError = first?.code === 'auth/password-file' || first?.code === 'auth/password-record';
    if (!isFileError) this.#records = null;
    this.#trouble = first?.message ?? 'the password database cannot be read';
    this.#options.report(read.diagnostics);
  }
}
