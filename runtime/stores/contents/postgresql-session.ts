/*
 * Reads and writes a table in PostgreSQL.
 */
import type { SqlStore } from '../../../lib/config/index.js';
import { asText, postgresql } from '../clients/postgresql.js';
import { connectSql, orRefused } from '../clients/sql-server.js';
import type { Secrets, StoreServer } from '../store-connection.js';
import { batchSize, type Rows, type SqlSession } from './sql-session.js';

async function* batchesOf(
  rows: (statement: string) => Promise<Rows>,
  run: (statement: string) => Promise<void>,
  statement: string,
): AsyncGenerator<Rows> {
  await run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await run(`DECLARE entries CURSOR FOR ${statement}`);
  for (;;) {
    const batch = await rows(`FETCH ${batchSize} FROM entries`);
    if (batch.length === 0) break;
    yield batch;
  }
  await run('COMMIT');
}

/** Connects and logs in. Rejects with the reason; gives up when `ends` is aborted. */
export async function openPostgresqlSession(
  server: StoreServer,
  settings: SqlStore & Secrets,
  ends: AbortSignal,
): Promise<SqlSession> {
  const { client, close } = await connectSql(postgresql, server, settings, ends);
  const query = (text: string, values: readonly (string | readonly string[])[]) =>
    orRefused(
      postgresql,
      client.query<unknown[]>({ text, values: [...values], rowMode: 'array', types: asText }),
    );
  const rows = async (text: string, values: readonly string[] = []) => (await query(text, values)).rows;
  const run = async (text: string, values: readonly string[] = []) => void (await query(text, values));
  return {
    dialect: 'postgresql',
    rows,
    run,
    batches: (statement) => batchesOf(rows, run, statement),
    insert: async ({ name, key, value }, entries) => {
      const columns = [entries.map((one) => one.key), entries.map((one) => one.value)];
      const text = `INSERT INTO ${name} (${key}, ${value}) SELECT * FROM unnest($1::text[], $2::text[])`;
      await query(text, columns);
    },
    close,
  };
}
