/*
 * The databases that are open, each once however often the configuration is read again. A policy that is
 * retired may still be asked by a transaction that began with it, so a database stays open until all are
 * closed.
 */
import { extname } from 'node:path';
import type { Parsed } from '../lib/diagnostics/diagnostic.js';
import { openCdb } from './cdb-reader.js';
import type { Database, DatabaseOptions } from './database.js';
import { fileNames, resolveFileName } from './file-names.js';
import { openTextDatabase } from './text-database.js';

export class OpenDatabases {
  readonly #folder: string;
  readonly #options: DatabaseOptions;
  readonly #open = new Map<string, Database>();

  /** `folder` is the path of config/pmdf, against which names of databases are meant. */
  constructor(folder: string, options: DatabaseOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Opens a database by its name in the configuration: `*.cdb` is a CDB file, all others are text. */
  open(written: string): Parsed<Database | null> {
    const path = resolveFileName(this.#folder, written);
    const known = this.#open.get(path);
    if (known !== undefined) return { value: known, diagnostics: [] };
    const names = fileNames(this.#folder, path);
    const opener = extname(path).toLowerCase() === '.cdb' ? openCdb : openTextDatabase;
    const opened = opener(path, names, this.#options);
    if (opened.value !== null) this.#open.set(path, opened.value);
    return opened;
  }

  /** Tells whether a database was opened before, by its name in the configuration. */
  isOpen(written: string): boolean {
    return this.#open.has(resolveFileName(this.#folder, written));
  }

  /** Closes all of them. */
  close(): void {
    for (const database of this.#open.values()) database.close();
    this.#open.clear();
  }
}
