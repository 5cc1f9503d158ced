/*
 * The password database as the gateway asks it: held in memory, read again when the file was changed. While it
 * has mistakes the records before them count; while it cannot be read, or before it was ever right, nobody can
 * tell. A question costs one derived key whether the user exists or not, so its time tells nothing. Wrong passwords are
 * remembered as keyed hashes, for as long as the user's own record stays what it was.
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

/** The answer to a question: the user as the database has it, a wrong name or password, or nobody can tell. */
export type PasswordAnswer =
  | { readonly kind: 'good'; readonly user: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'failed'; readonly cause: string };

/** What a password file takes beside its name. */
export interface PasswordFileOptions {
  readonly report: (diagnostics: readonly Diagnostic[]) => void;
  /** Derives keys; every question calls it once. */
  readonly derive?: Derive;
  readonly clock?: Clock;
}

/** How many wrong passwords are remembered, and for how long. */
const mostWrong = 20_000;
const wrongMs = 24 * 60 * 60 * 1000;

/** Finds the record that counts for a service. */
export function recordFor(records: PasswordRecords, user: string, service: string): PasswordRecord | null {
  const services = records.get(user);
  return services?.get(service) ?? services?.get(defaultService) ?? null;
}

/** The database. */
export class PasswordFile {
  readonly #path: string;
  readonly #names: FileNames;
  readonly #options: PasswordFileOptions;
  readonly #secret = randomBytes(32);
  readonly #wrong: RecentAnswers<true>;
  #records: PasswordRecords | null = null;
  #costs: readonly Cost[] = [];
  /** The file that was tried last. */
  #mark: string | null = null;
  #trouble: string | null = null;

  constructor(path: string, names: FileNames, options: PasswordFileOptions) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
    this.#wrong = new RecentAnswers(options.clock ?? systemClock, mostWrong);
  }

  /** Tells whether there is a database; one that cannot be read is there. */
  isThere(): boolean {
    return !isMissing(this.#path);
  }

  /** Reads the file if it was changed, and reports what is wrong with it. */
  checkNow(): void {
    this.#refresh();
  }

  /** Tells whether a user has this password for a service. Rejects only when no key can be derived. */
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

  /** Tells whether this password was found wrong before, and the record that it was held against is the same. */
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

  /** Tells guesses apart without keeping a password. */
  #fingerprint(written: string, record: PasswordRecord | null, password: string): string {
    const parts = [userName(written) ?? written, record === null ? null : printHash(record.hash), password];
    return createHmac('sha256', this.#secret).update(JSON.stringify(parts)).digest('base64');
  }

  /** A hash that costs what one of the users' costs, and for the same name always the same one's. */
  #hashOfNobody(written: string): PasswordHash {
    const digest = createHmac('sha256', this.#secret).update(written).digest();
    return impossibleHash(this.#costs[digest.readUInt32BE(0) % this.#costs.length] ?? presentCost);
  }

  #refresh(): void {
    const mark = fileMark(this.#path);
    if (mark !== null && mark === this.#mark) return;
    const read = readPasswords(this.#path, this.#names);
    this.#mark = mark;
    if (read.kind === 'read' && read.isThere) {
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
    const isMistake = first?.code === 'auth/password-file' || first?.code === 'auth/password-record';
    if (!isMistake) this.#records = null;
    this.#trouble = first?.message ?? 'the password database cannot be read';
    this.#options.report(read.diagnostics);
  }
}
