/*
 * New content for a database in a file. When all entries are collected the new file is written beside the old one, under its
 * lock, and replaces it.
 */
import { writeSync } from 'node:fs';
import { type Patience, type Progress, Replacement, withReplacementLock } from '../files/index.js';
import { longestField } from './cdb-format.js';
import { CdbWriter } from './cdb-writer.js';
import { CollectedEntries } from './collected-entries.js';
import { isCdbName } from './database.js';
import { printDatabaseLine } from './database-line.js';
import type { NamedKeys, NewContent, OneValue } from './new-content.js';

const piece = 1 << 16;
const batchSize = 1_000;

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

/** A database file to write; `patience` is for the lock of the file. With `severalValues` a key keeps all its values. */
export class NewFile implements NewContent {
  readonly #path: string;
  readonly #isText: boolean;
  readonly #patience: Patience;
  readonly #collected: CollectedEntries;

  constructor(path: string, patience: Patience, severalValues = false) {
    this.#collected = new CollectedEntries(severalValues);
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
    this.#collected.add(entries);
  }

  async seal(): Promise<NamedKeys> {
    return this.#collected.seal();
  }

  async commit(progress: Progress): Promise<number> {
    return await withReplacementLock(this.#path, this.#patience, (target) => {
      const writer = this.#isText ? new TextWriter(target) : cdbFileWriter(target);
      const { count } = this.#collected;
      let done = 0;
      try {
        for (const entry of this.#collected.entries()) {
          writer.add(entry);
          done += 1;
          if (done % batchSize === 0) progress(done, count);
        }
        writer.commit();
        return done;
      } finally {
        writer.abandon();
      }
    });
  }

  async abandon(): Promise<void> {
    this.#collected.delete();
  }
}
