/*
 * The databases that are open, each once however often the configuration is read again. A policy that is
 * retired may still be asked by a transaction that began with it, so a database stays open until all are
 * closed.
 */

import { extname } from 'node:path';
import type { Parsed } from '../../lib/text/index.js';
import { fileNames, resolveFileName } from '../files/index.js';
import { openCdb } from './cdb-reader.js';
import { type Database, type DatabaseOptions, unusableDatabase } from './database.js';
import { openTextDatabase } from './text-database.js';

export class OpenDatabases {
  readonly #folder: string;
  readonly #options: DatabaseOptions;
  readonly #open = new Map<string, Database>();
  readonly #openElsewhere: ReadonlySet<string>;

  /**
   * `folder` is the path of config/pmdf, against which names of databases are meant. The paths `openElsewhere` are in
   * use, so that it does not count what is wrong with them now.
   */
  constructor(folder: string, options: DatabaseOptions, openElsewhere: ReadonlySet<string> = new Set()) {
    this.#folder = folder;
    this.#options = options;
    this.#openElsewhere = openElsewhere;
  }

  /** The paths of those that are open. */
  get paths(): ReadonlySet<string> {
    return new Set(this.#open.keys());
  }

  /** Opens a database by its name in the configuration: `*.cdb` is a CDB file, all others are text. */
  open(written: string): Parsed<Database | null> {
    const path = resolveFileName(this.#folder, written);
    const known = this.#open.get(path);
    if (known !== undefined) return { value: known, diagnostics: [] };
    const names = fileNames(this.#folder, path);
    const opener = extname(path).toLowerCase() === '.cdb' ? openCdb : openTextDatabase;
    const opened = opener(path, names, this.#options);
    const isUsed = this.#openElsewhere.has(path);
    const value = opened.value ?? (isUsed ? unusableDatabase : null);
    if (value !== null) this.#open.set(path, value);
    return { value, diagnostics: isUsed ? [] : opened.diagnostics };
  }

  /** Tells whether a database was opened before, by its name in the configuration. */
  isOpen(written: string): boolean {
    const path = resolveFileName(this.#folder, written);
    return this.#open.has(path) || this.#openElsewhere.has(path);
  }

  /** Closes all of them. */
  close(): void {
    for (const database of this.#open.values()) database.close();
    this.#open.clear();
  }
}
