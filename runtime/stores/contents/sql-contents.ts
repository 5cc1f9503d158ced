/*
 * The content of a table: a row for each value, a column for the key and one for the value. What a transaction has written nobody
 * sees before its end, and nothing of it stays if the command or the server ends before.
 */
import type { SqlQuery, SqlTable } from '../../../lib/config/index.js';
import { CollectedEntries, type NamedKeys, type NewContent, type OneValue } from '../../databases/index.js';
import type { Progress } from '../../files/index.js';
import { rowValues } from '../clients/sql-values.js';
import { batchSize, type SqlSession } from './sql-session.js';
import { type StoreContents, type StoreEntry, StoreLacks, unusableInStore } from './store-contents.js';

/** The text of a batch that is inserted, in characters: servers limit what they receive at once. */
const largestBatch = 1 << 20;

/** The table that a query is about. Throws StoreLacks if it is not about one. */
function tableOf({ table }: SqlQuery): SqlTable {
  if (table === null) {
    const hint = 'write `table`, `select_field` and `where_field` in place of `query`';
    throw new StoreLacks('its `query` can only be asked for single keys', hint);
  }
  if (!table.hasConditions) return table;
  const hint = 'make a view that has the conditions, and name it as the `table`';
  throw new StoreLacks('its `additional_conditions` are about single keys', hint);
}

function marker({ dialect }: SqlSession, number: number): string {
  return dialect === 'postgresql' ? `$${number}` : '?';
}

/** All entries, equal keys one after the other, however the server compares keys. */
function listing({ dialect }: SqlSession, { name, key, value }: SqlTable): string {
  const exactly = {
    postgresql: `${key}::text COLLATE "C"`,
    mysql: `CAST(${key} AS BINARY)`,
    sqlite: `${key} COLLATE BINARY`,
  }[dialect];
  return `SELECT ${key}, ${value} FROM ${name} WHERE ${key} IS NOT NULL ORDER BY ${exactly}`;
}

/** Begins a transaction in which nobody else changes the table. */
async function begin(session: SqlSession, { name }: SqlTable): Promise<void> {
  switch (session.dialect) {
    case 'postgresql':
      await session.run('BEGIN', []);
      await session.run(`LOCK TABLE ${name} IN SHARE ROW EXCLUSIVE MODE`, []);
      return;
    case 'mysql':
      await session.run('START TRANSACTION', []);
      return;
    case 'sqlite':
      await session.run('BEGIN IMMEDIATE', []);
      return;
  }
}

/** Does some work in a transaction, and undoes it if it fails. */
async function inTransaction<T>(session: SqlSession, table: SqlTable, work: () => Promise<T>): Promise<T> {
  try {
    await begin(session, table);
    const done = await work();
    await session.run('COMMIT', []);
    return done;
  } catch (error) {
    // A server that is gone undoes it by itself.
    await session.run('ROLLBACK', []).catch(() => undefined);
    throw error;
  }
}

/** Throws StoreLacks if a table of MySQL is in an engine that cannot undo what a copy has written. */
async function requireTransactions(session: SqlSession, { written }: SqlTable): Promise<void> {
  if (session.dialect !== 'mysql') return;
  const dot = written.lastIndexOf('.');
  const schema = dot === -1 ? [] : [written.slice(0, dot)];
  const rows = await session.rows(
    `SELECT t.ENGINE FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
    WHERE e.TRANSACTIONS <> 'YES' AND t.TABLE_SCHEMA = ${dot === -1 ? 'DATABASE()' : '?'} AND t.TABLE_NAME = ?`,
    [...schema, written.slice(dot + 1)],
  );
  const [engine] = rowValues(rows);
  if (engine === undefined) return;
  const hint = `ALTER TABLE ${written} ENGINE = InnoDB`;
  throw new StoreLacks(`its table has the engine ${engine}, which has no transactions`, hint);
}

class NewSqlContent implements NewContent {
  readonly #session: SqlSession;
  readonly #table: SqlTable;
  readonly #collected: CollectedEntries;

  constructor(session: SqlSession, table: SqlTable, severalValues: boolean) {
    this.#collected = new CollectedEntries(severalValues);
    this.#session = session;
    this.#table = table;
  }

  cannotHold(entry: OneValue): string | null {
    return /[\0\p{Surrogate}]/u.test(entry.key) ? 'its key is not text' : unusableInStore(entry);
  }

  async add(entries: readonly OneValue[]): Promise<void> {
    this.#collected.add(entries);
  }

  async seal(): Promise<NamedKeys> {
    return this.#collected.seal();
  }

  async commit(progress: Progress): Promise<number> {
    const session = this.#session;
    const table = this.#table;
    const { count } = this.#collected;
    return await inTransaction(session, table, async () => {
      await session.run(`DELETE FROM ${table.name}`, []);
      let done = 0;
      for (const batch of this.#batches()) {
        await session.insert(table, batch);
        done += batch.length;
        progress(done, count);
      }
      return done;
    });
  }

  async abandon(): Promise<void> {
    this.#collected.delete();
  }

  *#batches(): Generator<readonly OneValue[]> {
    let batch: OneValue[] = [];
    let length = 0;
    for (const entry of this.#collected.entries()) {
      const more = entry.key.length + entry.value.length;
      if (batch.length >= batchSize || (batch.length > 0 && length + more > largestBatch)) {
        yield batch;
        batch = [];
        length = 0;
      }
      batch.push(entry);
      length += more;
    }
    if (batch.length > 0) yield batch;
  }
}

/** The values that count; NULL and empty ones do not. */
function valuesIn(values: readonly string[]): readonly string[] {
  return values.filter((value) => value !== '');
}

/** The content of the table that a query is about. */
export class SqlContents implements StoreContents {
  readonly #session: SqlSession;
  readonly #query: SqlQuery;

  constructor(session: SqlSession, query: SqlQuery) {
    this.#session = session;
    this.#query = query;
  }

  async count(): Promise<number | null> {
    const rows = await this.#session.rows(`SELECT count(*) FROM ${tableOf(this.#query).name}`, []);
    return Number(rowValues(rows)[0]);
  }

  async *entries(): AsyncGenerator<readonly StoreEntry[]> {
    const table = tableOf(this.#query);
    let [key, values]: [string, string[]] = ['', []];
    for await (const rows of this.#session.batches(listing(this.#session, table))) {
      const done: StoreEntry[] = [];
      for (const row of rows) {
        const [rowKey = '', value = ''] = rowValues([row]);
        if (value === '') continue;
        if (rowKey !== key && values.length > 0) done.push({ key, values });
        if (rowKey !== key) [key, values] = [rowKey, []];
        values.push(value);
      }
      yield done;
    }
    if (values.length > 0) yield [{ key, values }];
  }

  async change(key: string, make: (values: readonly string[]) => string | null): Promise<readonly string[]> {
    const session = this.#session;
    const table = tableOf(this.#query);
    const { name, value: column } = table;
    const isKey = `${table.key} = ${marker(session, 1)}`;
    const lock = session.dialect === 'mysql' ? ' FOR UPDATE' : '';
    return await inTransaction(session, table, async () => {
      const rows = await session.rows(`SELECT ${column} FROM ${name} WHERE ${isKey}${lock}`, [key]);
      const before = valuesIn(rowValues(rows));
      const value = make(before);
      if (value !== null && rows.length === 1) {
        // Its other columns stay.
        const set = `${column} = ${marker(session, 1)} WHERE ${table.key} = ${marker(session, 2)}`;
        await session.run(`UPDATE ${name} SET ${set}`, [value, key]);
        return before;
      }
      await session.run(`DELETE FROM ${name} WHERE ${isKey}`, [key]);
      if (value !== null) await session.insert(table, [{ key, value }]);
      return before;
    });
  }

  async replace(severalValues: boolean): Promise<NewContent> {
    const table = tableOf(this.#query);
    await requireTransactions(this.#session, table);
    return new NewSqlContent(this.#session, table, severalValues);
  }

  close(): void {
    this.#session.close();
  }
}
