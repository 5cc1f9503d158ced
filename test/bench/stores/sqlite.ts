/*
 * Addresses in a SQLite file. It is read in the process that asks, one question after the other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openerOfSqliteFiles } from '../../../runtime/stores/clients/sqlite-file.js';
import { loadSqlite } from '../../e2e/support/sqlite.js';
import { batches, keyFor, valueFor } from './addresses.js';
import { type FilledStore, need } from './filled-store.js';

const select = 'SELECT target FROM addresses WHERE address =';

/** SQLite with addresses. */
export async function filledSqlite(count: number): Promise<FilledStore> {
  need('better-sqlite3', 'the npm package better-sqlite3@12');
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  const file = join(folder, 'addresses.sqlite');
  const Database = await loadSqlite();
  const database = new Database(file);
  database.exec('CREATE TABLE addresses (address TEXT, target TEXT)');
  const insert = database.prepare('INSERT INTO addresses VALUES (?, ?)');
  database.transaction(() => {
    for (const numbers of batches(count, 10_000))
      for (const key of numbers.map(keyFor)) insert.run(key, valueFor(key));
  })();
  database.exec('CREATE INDEX address ON addresses (address)');
  database.close();
  const open = await openerOfSqliteFiles();
  return {
    name: 'SQLite',
    store: `kind: sqlite, file: ${file}`,
    question: `query: "${select} '%s'"`,
    env: {},
    atOnce: [1],
    bareName: 'the statement alone',
    bare: async () => {
      const opened = open(file, 'read');
      return {
        ask: (key) => {
          const value = opened.rows(`${select} ?`, [key])[0]?.[0];
          return typeof value === 'string' ? value : null;
        },
        close: () => opened.close(),
      };
    },
    table: { type: 'sqlite', lines: [`dbpath = ${file}`, `query = ${select} '%s'`] },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
