/*
 * Reads and writes a table in MySQL or MariaDB. What does not fit into a column is an error, which by default it need not be.
 */
import type { SqlStore } from '../../../lib/config/index.js';
import { mysql } from '../clients/mysql.js';
import { connectSql, orRefused } from '../clients/sql-server.js';
import type { Secrets, StoreServer } from '../store-connection.js';
import { batchSize, type Rows, type SqlSession } from './sql-session.js';

/** Joins rows to batches. */
async function* inBatches(rows: AsyncIterable<readonly unknown[]>): AsyncGenerator<Rows> {
  const reading = rows[Symbol.asyncIterator]();
  let batch: (readonly unknown[])[] = [];
  for (;;) {
    const step = await orRefused(mysql, reading.next());
    if (step.done === true) break;
    batch.push(step.value);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Connects and logs in. Rejects with the reason; gives up when `ends` is aborted. */
export async function openMysqlSession(
  server: StoreServer,
  settings: SqlStore & Secrets,
  ends: AbortSignal,
): Promise<SqlSession> {
  const { client, close } = await connectSql(mysql, server, settings, ends);
  const { plain, asked } = client;
  const session: SqlSession = {
    dialect: 'mysql',
    rows: (statement, values) => orRefused(mysql, mysql.rows(client, statement, [...values])),
    run: async (statement, values) => {
      // Statements that begin and end a transaction cannot be prepared.
      const work = values.length === 0 ? asked.query(statement) : asked.execute(statement, [...values]);
      await orRefused(mysql, work);
    },
    batches: (statement) => {
      const rows = plain.query({ sql: statement, rowsAsArray: true }).stream({ highWaterMark: batchSize });
      return inBatches(rows);
    },
    insert: async ({ name, key, value }, entries) => {
      const rows = entries.map(() => '(?, ?)').join(', ');
      const values = entries.flatMap((one) => [one.key, one.value]);
      await session.run(`INSERT INTO ${name} (${key}, ${value}) VALUES ${rows}`, values);
    },
    close,
  };
  try {
    await session.run("SET SESSION sql_mode = 'STRICT_ALL_TABLES'", []);
    return session;
  } catch (error) {
    close();
    throw error;
  }
}
