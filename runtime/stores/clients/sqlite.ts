/*
 * SQLite: a file of this host, read in the process itself. While another process writes, a question is asked again until its
 * time is over; nothing else waits meanwhile. A file that was replaced is opened again, a millisecond later at most.
 */
import { type BigIntStats, statSync } from 'node:fs';
import type { SqliteStore, SqlQuery } from '../../../lib/config/index.js';
import { QuestionRefused, type StoreClient, type StoreConnection } from '../store-connection.js';
import { firstValues, parameterValues } from './sql-values.js';
import {
  isBusy,
  isStatementError,
  needsRollback,
  type OpenSqliteFile,
  openerOfSqliteFiles,
  type SqliteFile,
} from './sqlite-file.js';

const shortestPauseMs = 1;
const longestPauseMs = 50;

/** How long an open file counts as the one with its name: looking takes a fifth of the time of a question. */
const currentMs = 1;

/** The part of the time limit in which a busy file is tried again, so that the cause is told before the pool gives up. */
const patience = 0.9;

const interrupted =
  'a change was interrupted: repeat it, or open the file once with a program that may write to it';

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** An open file; a question to a busy one is repeated for `patienceMs`. Throws if it cannot be opened. */
export class SqliteConnection implements StoreConnection<SqlQuery> {
  readonly #path: string;
  readonly #open: OpenSqliteFile;
  readonly #patienceMs: number;
  #file: SqliteFile;
  #stats: BigIntStats;
  #isCurrentUntil = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(path: string, open: OpenSqliteFile, patienceMs: number) {
    this.#path = path;
    this.#open = open;
    this.#patienceMs = patienceMs;
    // Before the file is opened: one that replaces it in between is noticed at the next question.
    this.#stats = statSync(path, { bigint: true });
    this.#file = open(path, 'read');
  }

  async values(query: SqlQuery, key: string): Promise<readonly string[]> {
    const values = parameterValues(query, key);
    if (values === null) return [];
    const until = performance.now() + this.#patienceMs;
    for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (this.#isClosed) throw new Error('the file is closed');
      try {
        return this.#read(query, values);
      } catch (error) {
        if (isBusy(error)) {
          if (performance.now() >= until) throw new QuestionRefused('another process keeps the file locked');
          await this.#pause(pauseMs);
        } else if (isStatementError(error)) throw new QuestionRefused(error.message);
        else if (needsRollback(error)) throw new Error(interrupted);
        else throw error;
      }
    }
  }

  /** The values, unless another process has the file or something is wrong: then they are asked for again, with patience. */
  valuesAtOnce(query: SqlQuery, key: string): readonly string[] | null {
    if (this.#isClosed) return null;
    const values = parameterValues(query, key);
    if (values === null) return [];
    try {
      return this.#read(query, values);
    } catch {
      return null;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wake();
    this.#file.close();
  }

  #read(query: SqlQuery, values: readonly string[]): readonly string[] {
    this.#followFile();
    return firstValues(this.#file.rows(query.text, values));
  }

  #followFile(): void {
    const now = performance.now();
    if (now < this.#isCurrentUntil) return;
    const stats = statSync(this.#path, { bigint: true });
    if (!isSame(stats, this.#stats)) {
      const file = this.#open(this.#path, 'read');
      this.#file.close();
      this.#file = file;
      this.#stats = stats;
    }
    this.#isCurrentUntil = now + currentMs;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export const sqliteClient: StoreClient<SqliteStore, SqlQuery> = {
  load: openerOfSqliteFiles,
  async connect(server, settings) {
    if (server.kind !== 'path') throw new Error('a SQLite database is a file');
    const open = await openerOfSqliteFiles();
    return new SqliteConnection(server.path, open, settings.timeout * 1000 * patience);
  },
};
