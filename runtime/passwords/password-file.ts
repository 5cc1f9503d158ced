/*
 * The password database in a file as the gateway uses it: in memory, reloaded after a change. While the file has errors the
 * former records count; while it cannot be read, nothing can be verified.
 */
import type { Diagnostic } from '../../lib/text/index.js';
import { type FileNames, fileMark, isMissing } from '../files/index.js';
import { readPasswords } from './password-change.js';
import type { Cost } from './password-hash.js';
import { checkPasswordMode } from './password-mode.js';
import {
  type PasswordRecord,
  type PasswordRecords,
  recordForService,
  recordsIn,
} from './password-records.js';
import type { PasswordSource, RecordAnswer } from './password-source.js';

/** How a password file is opened. */
export interface PasswordFileOptions {
  readonly report: (diagnostics: readonly Diagnostic[]) => void;
}

export function recordFor(records: PasswordRecords, user: string, service: string): PasswordRecord | null {
  const services = records.get(user);
  return services === undefined ? null : recordForService(services, service);
}

export class PasswordFile implements PasswordSource {
  readonly #path: string;
  readonly #names: FileNames;
  readonly #options: PasswordFileOptions;
  #records: PasswordRecords | null = null;
  #costs: readonly Cost[] = [];
  /** The mark of the file that was read last. */
  #mark: string | null = null;
  #trouble: string | null = null;

  constructor(path: string, names: FileNames, options: PasswordFileOptions) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
  }

  /** Whether there is a database, readable or not. */
  exists(): boolean {
    return !isMissing(this.#path);
  }

  /** Reloads the file if it has changed, and reports what is wrong with it. */
  checkNow(): void {
    this.#refresh();
  }

  get costs(): readonly Cost[] {
    return this.#costs;
  }

  recordOf(user: string, service: string): RecordAnswer {
    this.#refresh();
    if (this.#records === null) {
      return { kind: 'failed', cause: this.#trouble ?? `there is no \`${this.#names.name}\`` };
    }
    const record = recordFor(this.#records, user, service);
    return record === null ? { kind: 'absent' } : { kind: 'found', record };
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
