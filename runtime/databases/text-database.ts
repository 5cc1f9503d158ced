/*
 * A small database: a text file in memory. Once a second it checks its file. A changed file is reloaded in
 * slices, once it has stayed the same from one check to the next; then all entries are swapped. A file that
 * looks truncated has to stay the same for longer. If it has wrong lines the old entries stay and the
 * diagnostics are reported. While the file is missing or unreadable, the answer is `failed`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  absent,
  failed,
  foldKey,
  found,
  type LookupAnswer,
  type ValuesAnswer,
} from '../../lib/engine/index.js';
import { type Diagnostic, hasErrors, type Parsed, spanOfFile, warningAt } from '../../lib/text/index.js';
import { type FileNames, fileMark, isSameFile, type ReadSource, readText } from '../files/index.js';
import { type DatabaseOptions, type EmbeddedDatabase, freshnessInterval } from './database.js';
import { type Duplicates, type Entries, parseDatabase, parseDatabaseSlices } from './parse-database.js';
import { suspectMs, suspicionOf } from './suspect-entries.js';

/** The size limit of a text database, in octets. */
export const largestTextDatabase = 256 * 1024 * 1024;

/** Further values of keys. */
type Others = ReadonlyMap<string, readonly string[]>;

/** What a file holds. */
interface Content {
  readonly entries: Entries;
  readonly others: Others;
  readonly mark: string;
}

/** How the lines are read, and the map that further values come into. */
function reading({ severalValues = false }: DatabaseOptions): { duplicates: Duplicates; others: Others } {
  const others = new Map<string, string[]>();
  return { duplicates: severalValues ? { keep: others } : 'reject', others };
}

class TextDatabase implements EmbeddedDatabase {
  readonly #path: string;
  readonly #names: FileNames;
  readonly #options: DatabaseOptions;
  #entries: Entries;
  #others: Others;
  /** The mark of the file that the entries came from. */
  #fileOf: string;
  /** The mark of the file that was read last; null if it was missing or unreadable. */
  #mark: string | null;
  /** The mark of a file that was seen once; it is read if the next check finds the same. */
  #seen: string | null = null;
  #trouble: string | null = null;
  /** A file that looks truncated, and since when it has been the same. */
  #suspect: { readonly mark: string; readonly since: number } | null = null;
  #reading = false;
  #isClosed = false;
  #cancelCheck: () => void;

  constructor(path: string, names: FileNames, options: DatabaseOptions, content: Content) {
    this.#path = path;
    this.#names = names;
    this.#options = options;
    this.#entries = content.entries;
    this.#others = content.others;
    this.#fileOf = content.mark;
    this.#mark = content.mark;
    this.#cancelCheck = this.#checkLater();
  }

  get(key: string): LookupAnswer {
    if (this.#trouble !== null) return failed(this.#trouble);
    const value = this.#entries.get(foldKey(key));
    return value === undefined ? absent : found(value);
  }

  values(key: string, most: number): ValuesAnswer {
    const answer = this.get(key);
    if (answer.kind !== 'found') return answer;
    const others = this.#others.get(foldKey(key)) ?? [];
    return { kind: 'values', values: [answer.value, ...others].slice(0, most) };
  }

  close(): void {
    this.#entries = new Map();
    this.#others = new Map();
    this.#isClosed = true;
    this.#cancelCheck();
    this.#trouble = `the database \`${this.#names.name}\` is closed`;
  }

  #checkLater(): () => void {
    return this.#options.clock.after(freshnessInterval, () => {
      if (this.#isClosed) return;
      this.#cancelCheck = this.#checkLater();
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
      this.#trouble = `the database \`${this.#names.name}\` is missing`;
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
      if (outcome.kind === 'read') await this.#replace(outcome);
      else if (!this.#isClosed) {
        this.#mark = null;
        this.#fail(outcome.diagnostic);
      }
    } catch (error) {
      // Nothing would catch a rejection, and it would end the process.
      this.#mark = null;
      this.#trouble = `the database \`${this.#names.name}\` cannot be reloaded: ${String(error)}`;
    } finally {
      this.#reading = false;
    }
  }

  #fail(diagnostic: Diagnostic): void {
    if (this.#trouble === diagnostic.message) return;
    this.#trouble = diagnostic.message;
    this.#options.report([diagnostic]);
  }

  #postpone(mark: string, suspicion: string, isSameFile: boolean): void {
    this.#suspect = { mark, since: this.#options.clock.now() };
    const { name } = this.#names;
    const message = `the database \`${name}\` ${suspicion}: it will be used after it has stayed the same for ${suspectMs / 1000} seconds`;
    const span = spanOfFile(this.#names);
    const hint = isSameFile
      ? 'write the new file under another name, then rename it'
      : 'wait if this is intended; otherwise put the complete file here';
    this.#options.report([warningAt(span, 'database/looks-cut', message, { hint })]);
  }

  async #replace(outcome: Extract<ReadSource, { kind: 'read' }>): Promise<void> {
    const { duplicates, others } = reading(this.#options);
    const slices = parseDatabaseSlices(outcome.source, duplicates);
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
        this.#postpone(outcome.mark, suspicion, isSame);
        return;
      }
    }
    this.#suspect = null;
    this.#mark = outcome.mark;
    this.#trouble = null;
    if (!hasErrors(diagnostics)) {
      this.#entries = value;
      this.#others = others;
      this.#fileOf = outcome.mark;
    }
    if (diagnostics.length > 0) this.#options.report(diagnostics);
  }
}

/** Opens a text database; null if it cannot be read or has wrong lines. */
export function openTextDatabase(
  path: string,
  names: FileNames,
  options: DatabaseOptions,
): Parsed<EmbeddedDatabase | null> {
  const outcome = readText(path, names, largestTextDatabase);
  if (outcome.kind !== 'read') return { value: null, diagnostics: [outcome.diagnostic] };
  const { duplicates, others } = reading(options);
  const { value: entries, diagnostics } = parseDatabase(outcome.source, duplicates);
  if (hasErrors(diagnostics)) return { value: null, diagnostics };
  return {
    value: new TextDatabase(path, names, options, { entries, others, mark: outcome.mark }),
    diagnostics,
  };
}
