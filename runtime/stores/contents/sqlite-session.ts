/*
 * Reads and writes a table in a SQLite file. The process waits for each statement, which matters to no command.
 */
import { accessSync, constants, statSync } from 'node:fs';
import type { SqliteStore } from '../../../lib/config/index.js';
import {
  isBusy,
  isStatementError,
  isWriteRefusal,
  openerOfSqliteFiles,
  type SqliteFile,
} from '../clients/sqlite-file.js';
import { QuestionRefused, type StoreServer } from '../store-connection.js';
import { batchSize, type Rows, type SqlSession } from './sql-session.js';

function orRefused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isBusy(error)) throw new QuestionRefused('another process keeps the file locked');
    if (isStatementError(error) || isWriteRefusal(error)) throw new QuestionRefused(error.message);
    throw error;
  }
}

async function* batchesOf(file: SqliteFile, statement: string): AsyncGenerator<Rows> {
  let batch: (readonly unknown[])[] = [];
  const rows = orRefused(() => file.each(statement));
  for (const row of rows) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Opens the file, for writing too if this account may. Rejects with the reason. */
export async function openSqliteSession(server: StoreServer, { timeout }: SqliteStore): Promise<SqlSession> {
  if (server.kind !== 'path') throw new Error('a SQLite database is a file');
  const open = await openerOfSqliteFiles();
  const { path } = server;
  // The module of Node would make a file that is missing.
  statSync(path);
  const file = open(path, mayWrite(path) ? 'write' : 'read');
  // What another process locks is waited for.
  file.rows(`PRAGMA busy_timeout = ${Math.round(timeout * 1000)}`, []);
  return {
    dialect: 'sqlite',
    rows: async (statement, values) => orRefused(() => file.rows(statement, values)),
    run: async (statement, values) => void orRefused(() => file.change(statement, values)),
    batches: (statement) => batchesOf(file, statement),
    insert: async ({ name, key, value }, entries) => {
      const statement = `INSERT INTO ${name} (${key}, ${value}) VALUES (?, ?)`;
      orRefused(() => {
        for (const one of entries) file.change(statement, [one.key, one.value]);
      });
    },
    close: () => file.close(),
  };
}
