/*
 * The open databases, each open once however often the configuration is reloaded. A transaction may go on using
 * the policy that it began with, so a database stays open until all are closed.
 */
import type { Parsed } from '../../lib/text/index.js';
import { fileNames, resolveFileName } from '../files/index.js';
import { openCdb } from './cdb-reader.js';
import { type DatabaseOptions, type EmbeddedDatabase, isCdbName, unusableDatabase } from './database.js';
import { openTextDatabase } from './text-database.js';

export class OpenDatabases {
  readonly #folder: string;
  readonly #options: DatabaseOptions;
  readonly #open = new Map<string, EmbeddedDatabase>();
  readonly #openDirectories = new Map<string, EmbeddedDatabase>();
  readonly #openElsewhere: ReadonlySet<string>;
  /** How much of each CDB file may be kept in memory, in octets; a change applies to open files too. */
  memory = 0;

  /**
   * `folder` is the path of config/pmdf, to which names of databases are relative. Faults of the paths
   * `openElsewhere` are not reported, since they are in use.
   */
  constructor(folder: string, options: DatabaseOptions, openElsewhere: ReadonlySet<string> = new Set()) {
    this.#folder = folder;
    this.#options = { ...options, memory: () => this.memory };
    this.#openElsewhere = openElsewhere;
  }

  /** The paths of the open databases. */
  get paths(): ReadonlySet<string> {
    return new Set([...this.#open.keys(), ...this.#openDirectories.keys()]);
  }

  open(written: string): Parsed<EmbeddedDatabase | null> {
    return this.#openAs(this.#open, written, this.#options);
  }

  /** The same for the database of a directory, in which a key may have several values. */
  openDirectory(written: string): Parsed<EmbeddedDatabase | null> {
    return this.#openAs(this.#openDirectories, written, { ...this.#options, severalValues: true });
  }

  #openAs(
    open: Map<string, EmbeddedDatabase>,
    written: string,
    options: DatabaseOptions,
  ): Parsed<EmbeddedDatabase | null> {
    const path = resolveFileName(this.#folder, written);
    const known = open.get(path);
    if (known !== undefined) return { value: known, diagnostics: [] };
    const names = fileNames(this.#folder, path);
    const opener = isCdbName(path) ? openCdb : openTextDatabase;
    const opened = opener(path, names, options);
    const isUsed = this.#openElsewhere.has(path);
    const value = opened.value ?? (isUsed ? unusableDatabase : null);
    if (value !== null) open.set(path, value);
    return { value, diagnostics: isUsed ? [] : opened.diagnostics };
  }

  /** Whether a database is open, by its name in the configuration. */
  isOpen(written: string): boolean {
    const path = resolveFileName(this.#folder, written);
    return this.#open.has(path) || this.#openDirectories.has(path) || this.#openElsewhere.has(path);
  }

  /** Closes all of them. */
  close(): void {
    for (const open of [this.#open, this.#openDirectories]) {
      for (const database of open.values()) database.close();
      open.clear();
    }
  }
}
