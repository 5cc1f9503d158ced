/*
 * A database that is a text file, held in memory. For small tables: a large one belongs into a CDB file.
 * Once a second it looks at its file, asked or not. A changed file is read again beside the running entries, in
 * slices, once it has been left alone from one look to the next; then all entries are swapped. One that looks
 * cut has to be left alone for longer. With wrong lines the running entries stay and the diagnostics are
 * reported. While the file is gone or cannot be read, the answer is `failed`: nobody can tell what it would say.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { absent, failed, found, type LookupAnswer } from '../../lib/engine/index.js';
import { type Diagnostic, hasErrors, type Parsed, warningAt } from '../../lib/text/index.js';
import { type FileNames, fileMark, isSameFile, type ReadSource, readText } from '../files/index.js';
import { type Database, type DatabaseOptions, foldKey, freshnessInterval } from './database.js';
import { type Entries, parseDatabase, parseDatabaseSlices } from './parse-database.js';
import { suspectMs, suspicionOf } from './suspect-entries.js';

/** The largest text database that is read, in octets. */
export const largestTextDatabase = 256 * 1024 * 1024;

class TextDatabase implements Database {
  readonly #path: string;
  readonly #names: FileNames;
  readonly #options: DatabaseOptions;
  #entries: Entries;
  /** The file that the entries came from. */
  #fileOf: string;
  /** The same, or the last one that was tried; null when it was gone or could not be read. */
  #mark: string | null;
  /** A file that was seen once; it is read when it is still the same at the next look. */
  #seen: string | null = null;
  #trouble: string | null = null;
  /** A file that looks cut, and since when it has been as it is. */
  #suspect: { readonly mark: string; readonly since: number } | null = null;
  #reading = false;
  #isClosed = false;
  #stopLooking: () => void;

  constructor(
    path: string,
    names: FileNames,
    options: DatabaseOptions,
    content: { entries: Entries; mark: string },
  ) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
    this.#entries = content.entries;
    this.#fileOf = content.mark;
    this.#mark = content.mark;
    this.#stopLooking = this.#lookLater();
  }

  look(key: string): LookupAnswer {
    if (this.#trouble !== null) return failed(this.#trouble);
    const value = this.#entries.get(foldKey(key));
    return value === undefined ? absent : found(value);
  }

  close(): void {
    this.#entries = new Map();
    this.#isClosed = true;
    this.#stopLooking();
    this.#trouble = `the database \`${this.#names.name}\` is closed`;
  }

  #lookLater(): () => void {
    return this.#options.clock.after(freshnessInterval, () => {
      if (this.#isClosed) return;
      this.#stopLooking = this.#lookLater();
      this.#check();
    });
  }

  #check(): void {
    if (this.#reading) return;
    const mark = fileMark(this.#path);
    if (mark === null) {
      this.#mark = null;
      this.#seen = null;
      this.#suspect = null;
      this.#trouble = `the database \`${this.#names.name}\` is gone`;
      return;
    }
    if (mark === this.#mark) {
      this.#seen = null;
      return;
    }
    if (mark === this.#suspect?.mark) {
      if (this.#options.clock.now() - this.#suspect.since < suspectMs) return;
    } else if (mark !== this.#seen) {
      this.#seen = mark;
      return;
    }
    this.#seen = null;
    this.#reading = true;
    void this.#readAgain();
  }

  async #readAgain(): Promise<void> {
    try {
      const outcome = readText(this.#path, this.#names, largestTextDatabase);
      if (outcome.kind === 'read') await this.#takeOver(outcome);
      else if (!this.#isClosed) {
        this.#mark = null;
        this.#fail(outcome.diagnostic);
      }
    } catch (error) {
      // A rejection here would reach nobody and end the process.
      this.#mark = null;
      this.#trouble = `the database \`${this.#names.name}\` cannot be read again: ${String(error)}`;
    } finally {
      this.#reading = false;
    }
  }

  #fail(diagnostic: Diagnostic): void {
    if (this.#trouble === diagnostic.message) return;
    this.#trouble = diagnostic.message;
    this.#options.report([diagnostic]);
  }

  #putOff(mark: string, suspicion: string, isSameFile: boolean): void {
    this.#suspect = { mark, since: this.#options.clock.now() };
    const { name } = this.#names;
    const message = `the database \`${name}\` ${suspicion}: it is used once it has been unchanged for ${suspectMs / 1000} seconds`;
    const span = { source: { ...this.#names, text: '' }, offset: 0, length: 0 };
    const hint = isSameFile
      ? 'write the new file under another name, then rename it'
      : 'wait if that is meant, or else put the whole file here';
    this.#options.report([warningAt(span, 'database/looks-cut', message, { hint })]);
  }

  async #takeOver(outcome: Extract<ReadSource, { kind: 'read' }>): Promise<void> {
    const slices = parseDatabaseSlices(outcome.source);
    let step = slices.next();
    while (step.done !== true) {
      await nextTurn();
      step = slices.next();
    }
    if (this.#isClosed) return;
    const { value, diagnostics } = step.value;
    if (outcome.mark !== this.#suspect?.mark) {
      this.#suspect = null;
      const { text } = outcome.source;
      const isSame = isSameFile(this.#fileOf, outcome.mark);
      const read = { text, entries: value, isSameFile: isSame };
      const suspicion = hasErrors(diagnostics) ? null : suspicionOf(this.#entries, read);
      if (suspicion !== null) {
        this.#putOff(outcome.mark, suspicion, isSame);
        return;
      }
    }
    this.#suspect = null;
    this.#mark = outcome.mark;
    this.#trouble = null;
    if (!hasErrors(diagnostics)) {
      this.#entries = value;
      this.#fileOf = outcome.mark;
    }
    if (diagnostics.length > 0) this.#options.report(diagnostics);
  }
}

/** Opens a text database; null when it cannot be read or has wrong lines. */
export function openTextDatabase(
  path: string,
  names: FileNames,
  options: DatabaseOptions,
): Parsed<Database | null> {
  const outcome = readText(path, names, largestTextDatabase);
  if (outcome.kind !== 'read') return { value: null, diagnostics: [outcome.diagnostic] };
  const { value: entries, diagnostics } = parseDatabase(outcome.source);
  if (hasErrors(diagnostics)) return { value: null, diagnostics };
  return { value: new TextDatabase(path, names, options, { entries, mark: outcome.mark }), diagnostics };
}
