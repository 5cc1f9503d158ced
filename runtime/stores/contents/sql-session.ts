/*
 * What the content of a table needs of a server or file of SQL, over a connection of its own.
 */
import type { SqlDialect, SqlTable } from '../../../lib/config/index.js';
import type { OneValue } from '../../databases/index.js';

/** Rows that are read or written at a time. */
export const batchSize = 1_000;

export type Rows = readonly (readonly unknown[])[];

/** A session. Every method rejects with QuestionRefused where the statement is wrong or not permitted, else with the reason. */
export interface SqlSession {
  readonly dialect: SqlDialect;
  rows(statement: string, values: readonly string[]): Promise<Rows>;
  /** Runs a statement without rows. */
  run(statement: string, values: readonly string[]): Promise<void>;
  /** All rows of a statement, in batches; nothing else may be asked meanwhile. */
  batches(statement: string): AsyncIterable<Rows>;
  /** Inserts entries, `batchSize` at most. */
  insert(table: SqlTable, entries: readonly OneValue[]): Promise<void>;
  close(): void;
}
