/*
 * The password database as the gateway asks it: held in memory, read again when the file was changed. While it
 * has mistakes the records before them count; while it cannot be read, or before it was ever right, nobody can
 * tell. A question costs one derived key whether the user exists or not, so its time tells nothing.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Diagnostic } from '../lib/diagnostics/diagnostic.js';
import { readPasswords } from './password-change.js';
import {
  type Cost,
  type Derive,
  deriveKey,
  impossibleHash,
  isPassword,
  type PasswordHash,
  presentCost,
} from './password-hash.js';
import {
  defaultService,
  type PasswordRecord,
  type PasswordRecords,
  recordsIn,
  userName,
} from './password-records.js';
import type { FileNames } from './read-text.js';
import { fileMark, isMissing } from './regular-file.js';

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
}

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
  #records: PasswordRecords | null = null;
  #costs: readonly Cost[] = [];
  /** The file that was tried last. */
  #mark: string | null = null;
  #trouble: string | null = null;

  constructor(path: string, names: FileNames, options: PasswordFileOptions) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
  }

  /** Tells whether there is a database; one that cannot be read is there. */
  isThere(): boolean {
    return !isMissing(this.#path);
  }

  /** Tells whether a user has this password for a service. Rejects only when no key can be derived. */
  async ask(written: string, service: string, password: string): Promise<PasswordAnswer> {
    this.#refresh();
    if (this.#records === null) {
      return { kind: 'failed', cause: this.#trouble ?? `there is no \`${this.#names.name}\`` };
    }
    const user = userName(written);
    const record = user === null ? null : recordFor(this.#records, user, service);
    const hash = record?.hash ?? this.#hashOfNobody(written);
    const isRight = await isPassword(hash, password, this.#options.derive ?? deriveKey);
    return isRight && record !== null ? { kind: 'good', user: record.user } : { kind: 'wrong' };
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
