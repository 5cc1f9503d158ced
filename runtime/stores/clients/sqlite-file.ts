/*
 * An open SQLite file, with the module of Node where it has one, else with the package `better-sqlite3`. The gateway only reads;
 * commands write too.
 */
import { loadPackage } from '../load-package.js';

/** Answers at once, and throws the error of SQLite. */
export interface SqliteFile {
  rows(statement: string, values: readonly string[]): readonly (readonly unknown[])[];
  /** The rows of a statement one after the other; no other statement may be used meanwhile. */
  each(statement: string): Iterable<readonly unknown[]>;
  /** Runs a statement without rows; returns how many rows of a table it changed. */
  change(statement: string, values: readonly string[]): number;
  close(): void;
}

export type SqliteAccess = 'read' | 'write';

/** Opens a file that exists. Throws if it cannot be opened. */
export type OpenSqliteFile = (path: string, access: SqliteAccess) => SqliteFile;

/** Statements that an open file keeps. */
const mostStatements = 32;

/** Prepared statements by their text. */
class Prepared<S> {
  readonly #prepare: (text: string) => S;
  readonly #known = new Map<string, S>();

  constructor(prepare: (text: string) => S) {
    this.#prepare = prepare;
  }

  get(text: string): S {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = this.#prepare(text);
    if (this.#known.size >= mostStatements) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }
}

/** The part of `node:sqlite` that is used. The oldest supported Node has no such module, and older ones no rows as arrays. */
interface NodeStatement {
  setReadBigInts(enabled: boolean): void;
  setReturnArrays(enabled: boolean): void;
  all(...values: string[]): unknown[][];
  iterate(): Iterable<unknown[]>;
  run(...values: string[]): { readonly changes: number | bigint };
}
interface NodeDatabase {
  prepare(text: string): NodeStatement;
  close(): void;
}
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => NodeDatabase;
}

function isNodeSqlite(module: object | undefined): module is NodeSqlite {
  if (module === undefined || !('StatementSync' in module) || typeof module.StatementSync !== 'function')
    return false;
  return 'setReturnArrays' in module.StatementSync.prototype;
}

/** Opens files with the module of Node; null if this Node has none. */
export function nodeSqlite(): OpenSqliteFile | null {
  const module = process.getBuiltinModule('node:sqlite');
  if (!isNodeSqlite(module)) return null;
  const { DatabaseSync } = module;
  return (path, access) => {
    const database = new DatabaseSync(path, { readOnly: access === 'read' });
    const prepared = new Prepared((text) => {
      const statement = database.prepare(text);
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      return statement;
    });
    return {
      rows: (statement, values) => prepared.get(statement).all(...values),
      each: (statement) => prepared.get(statement).iterate(),
      change: (statement, values) => Number(prepared.get(statement).run(...values).changes),
      close: () => database.close(),
    };
  };
}

/** Opens files with `better-sqlite3`. Rejects with PackageMissing. */
export async function betterSqlite(): Promise<OpenSqliteFile> {
  const { default: Database } = await loadPackage('better-sqlite3@12', () => import('better-sqlite3'));
  return (path, access) => {
    const database = new Database(path, { readonly: access === 'read', fileMustExist: true, timeout: 0 });
    const prepared = new Prepared((text) => database.prepare<string[], unknown[]>(text).safeIntegers().raw());
    // The package tells statements with rows from others.
    const changes = new Prepared((text) => database.prepare<string[]>(text));
    return {
      rows: (statement, values) => prepared.get(statement).all(...values),
      each: (statement) => prepared.get(statement).iterate(),
      change: (statement, values) => changes.get(statement).run(...values).changes,
      close: () => void database.close(),
    };
  };
}

/** The way to open files here. Rejects with PackageMissing. */
export async function openerOfSqliteFiles(): Promise<OpenSqliteFile> {
  return nodeSqlite() ?? (await betterSqlite());
}

/** SQLITE_READONLY_ROLLBACK. Ref: SQLite, Result and Error Codes */
const readonlyRollback = 776;

/** Whether what a writer that was killed left in the file has to be taken back, for which it has to be opened for writing. */
export function needsRollback(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error) return error.errcode === readonlyRollback;
  return 'code' in error && error.code === 'SQLITE_READONLY_ROLLBACK';
}

/** Whether an error has one of some primary result codes, by number or by name. */
function hasCode(error: unknown, codes: ReadonlySet<number>, names: RegExp): error is Error {
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return codes.has(error.errcode & 0xff);
  return 'code' in error && names.test(String(error.code));
}

const busyCodes = new Set([5, 6, 15]);
const statementCodes = new Set([1]);
const writeCodes = new Set([8, 19, 20]);

/** Whether a statement failed because another process has the file, and may be tried again: BUSY, LOCKED, PROTOCOL. */
export function isBusy(error: unknown): error is Error {
  return hasCode(error, busyCodes, /^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/);
}

/** Whether a statement failed because of itself, such as one that names a table that does not exist. */
export function isStatementError(error: unknown): error is Error {
  return hasCode(error, statementCodes, /^SQLITE_ERROR$/);
}

/** Whether a statement cannot write what it is to write: READONLY, CONSTRAINT, MISMATCH. */
export function isWriteRefusal(error: unknown): error is Error {
  return hasCode(error, writeCodes, /^SQLITE_(?:READONLY|CONSTRAINT|MISMATCH)/);
}
