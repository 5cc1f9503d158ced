/*
 * New content for a database in a file. Entries are collected in a CDB file in a folder for temporary files, so that a million
 * of them need little memory; from there the new file is written beside the old one, under its lock, and replaces it.
 */
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Patience, Replacement, withReplacementLock } from '../files/index.js';
import { type CdbFile, openCdbFile } from './cdb-file.js';
import { cdbHash, longestField } from './cdb-format.js';
import type { CdbRecord } from './cdb-walk.js';
import { CdbWriter } from './cdb-writer.js';
import { isCdbName } from './database.js';
import { printDatabaseLine } from './database-line.js';
import { KeyList, type NamedKeys, type NewContent, type OneValue } from './new-content.js';

const piece = 1 << 16;

/** Writes entries into the file that replaces the old one. */
interface FileWriter {
  add(entry: OneValue): void;
  commit(): void;
  abandon(): void;
}

class TextWriter implements FileWriter {
  readonly #file: Replacement;
  #lines = '';

  constructor(path: string) {
    this.#file = new Replacement(path);
  }

  add({ key, value }: OneValue): void {
    this.#lines += `${printDatabaseLine(key, value) ?? ''}\n`;
    if (this.#lines.length >= piece) this.#flush();
  }

  commit(): void {
    this.#flush();
    this.#file.commit();
  }

  abandon(): void {
    this.#file.abandon();
  }

  #flush(): void {
    const bytes = Buffer.from(this.#lines, 'utf8');
    this.#lines = '';
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file.fd, bytes, done);
  }
}

function cdbFileWriter(path: string): FileWriter {
  const writer = new CdbWriter(path);
  return {
    add: ({ key, value }) => writer.add(key, value),
    commit: () => {
      writer.seal();
      writer.commit();
    },
    abandon: () => writer.abandon(),
  };
}

type WholeRecord = Extract<CdbRecord, { kind: 'record' }>;

function* recordsOf(file: CdbFile): Generator<WholeRecord, void> {
  for (const step of file.records()) {
    if (step.kind === 'damaged') throw new Error(`the collected entries are damaged: ${step.cause}`);
    yield step;
  }
}

/** The hashes of keys that occur more than once, and perhaps a few of others. */
function repeatedHashes(file: CdbFile, count: number): ReadonlySet<number> {
  const hashes = new Uint32Array(count);
  let at = 0;
  for (const { key } of recordsOf(file)) {
    hashes[at] = cdbHash(key, 0, key.length);
    at += 1;
  }
  hashes.sort();
  return new Set(hashes.filter((hash, index) => index > 0 && hashes[index - 1] === hash));
}

/** A database file to write; `patience` is for the lock of the file. */
export class NewFile implements NewContent {
  readonly #path: string;
  readonly #isText: boolean;
  readonly #patience: Patience;
  readonly #folder = mkdtempSync(join(tmpdir(), 'pmdf-'));
  readonly #collected = join(this.#folder, 'entries.cdb');
  readonly #writer = new CdbWriter(this.#collected);
  #repeated: ReadonlySet<number> = new Set();

  constructor(path: string, patience: Patience) {
    this.#path = path;
    this.#isText = !isCdbName(path);
    this.#patience = patience;
  }

  cannotHold({ key, value }: OneValue): string | null {
    if (this.#isText) return printDatabaseLine(key, value) === null ? 'no line can express it' : null;
    return Buffer.byteLength(key) > longestField || Buffer.byteLength(value) > longestField
      ? `it is longer than ${longestField} octets`
      : null;
  }

  async add(entries: readonly OneValue[]): Promise<void> {
    for (const { key, value } of entries) this.#writer.add(key, value);
  }

  async seal(): Promise<NamedKeys> {
    const { hasDuplicates } = this.#writer.seal();
    const { count } = this.#writer;
    this.#writer.commit();
    const repeated = new KeyList();
    if (!hasDuplicates) return repeated;
    this.#reading((file) => {
      this.#repeated = repeatedHashes(file, count);
      for (const { key, isFirst } of this.#firsts(file)) if (!isFirst) repeated.add(key);
    });
    return repeated;
  }

  async commit(): Promise<number> {
    return await withReplacementLock(this.#path, this.#patience, (target) => {
      const writer = this.#isText ? new TextWriter(target) : cdbFileWriter(target);
      let count = 0;
      try {
        this.#reading((file) => {
          for (const { key, value, isFirst } of this.#firsts(file)) {
            if (!isFirst) continue;
            writer.add({ key, value });
            count += 1;
          }
        });
        writer.commit();
        return count;
      } finally {
        writer.abandon();
      }
    });
  }

  async abandon(): Promise<void> {
    this.#writer.abandon();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #reading(work: (file: CdbFile) => void): void {
    const opened = openCdbFile(this.#collected);
    if (opened.kind !== 'open') throw new Error(`the collected entries cannot be read: ${opened.cause}`);
    try {
      work(opened.file);
    } finally {
      opened.file.close();
    }
  }

  /** All entries in order, and whether each is the first with its key. */
  *#firsts(file: CdbFile): Generator<OneValue & { readonly isFirst: boolean }, void> {
    const seen = new Set<string>();
    for (const record of recordsOf(file)) {
      const key = record.key.toString('utf8');
      const mayRepeat =
        this.#repeated.size > 0 && this.#repeated.has(cdbHash(record.key, 0, record.key.length));
      yield { key, value: record.value.toString('utf8'), isFirst: !mayRepeat || !seen.has(key) };
      if (mayRepeat) seen.add(key);
    }
  }
}
