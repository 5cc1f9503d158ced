/*
 * Entries that are collected before the first of them is written to where they belong. They are in a CDB file in a folder for
 * temporary files, which only this account can read, so that a million of them need little memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CdbFile, openCdbFile } from './cdb-file.js';
import { cdbHash } from './cdb-format.js';
import type { CdbRecord } from './cdb-walk.js';
import { CdbWriter } from './cdb-writer.js';
import { KeyList, type NamedKeys, type OneValue } from './new-content.js';

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

export class CollectedEntries {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pmdf-'));
  readonly #path = join(this.#folder, 'entries.cdb');
  readonly #writer = new CdbWriter(this.#path);
  readonly #keepsAll: boolean;
  #repeated: ReadonlySet<number> = new Set();
  #count = 0;

  /** With `keepsAll` a key keeps all its values, else the first. */
  constructor(keepsAll = false) {
    this.#keepsAll = keepsAll;
  }

  /** How many entries there are. After `seal`. */
  get count(): number {
    return this.#count;
  }

  add(entries: readonly OneValue[]): void {
    for (const { key, value } of entries) this.#writer.add(key, value);
  }

  /** Ends the adding; returns the keys that were added more than once and do not keep all. */
  seal(): NamedKeys {
    const { hasDuplicates } = this.#writer.seal();
    const { count } = this.#writer;
    this.#writer.commit();
    this.#count = count;
    const repeated = new KeyList();
    if (!hasDuplicates || this.#keepsAll) return repeated;
    const file = this.#open();
    try {
      this.#repeated = repeatedHashes(file, count);
      for (const { key, isFirst } of this.#all(file)) if (!isFirst) repeated.add(key);
    } finally {
      file.close();
    }
    this.#count = count - repeated.count;
    return repeated;
  }

  /** The entries that are kept, in the order of the adding. After `seal`. */
  *entries(): Generator<OneValue, void> {
    const file = this.#open();
    try {
      for (const { key, value, isFirst } of this.#all(file)) if (isFirst) yield { key, value };
    } finally {
      file.close();
    }
  }

  /** Deletes all of it. */
  delete(): void {
    this.#writer.abandon();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #open(): CdbFile {
    const opened = openCdbFile(this.#path);
    if (opened.kind === 'open') return opened.file;
    throw new Error(`the collected entries cannot be read: ${opened.cause}`);
  }

  /** All entries in order, and whether each is the first with its key. */
  *#all(file: CdbFile): Generator<OneValue & { readonly isFirst: boolean }, void> {
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
