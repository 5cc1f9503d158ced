/*
 * What every database does: for a key it answers found, absent or failed. The case of keys does not matter.
 */
import { unicodeKey } from '../../lib/address/index.js';
import {
  absent,
  andThen,
  type Eventual,
  failed,
  type LookupAnswer,
  type ValuesAnswer,
} from '../../lib/engine/index.js';
import type { Diagnostic } from '../../lib/text/index.js';
import type { Clock } from '../time/index.js';

/** A database; `get` never throws or rejects. */
export interface Database {
  /** Whether it asks a server; one in a file does not. */
  readonly connects?: boolean;
  get(key: string): Eventual<LookupAnswer>;
  /** Closes the files or connections of the database; every later look-up is `failed`. */
  close(): void;
}

/** A database in which a key may have several values. */
export interface DirectoryDatabase {
  /** Whether it asks a server; one in a file does not. */
  readonly connects?: boolean;
  /** The values of a key, at most `most`; never throws or rejects. */
  values(key: string, most: number): Eventual<ValuesAnswer>;
}

/** A database in a file of this host, which answers at once. */
export interface EmbeddedDatabase extends Database {
  get(key: string): LookupAnswer;
  /** The values of a key, at most `most`; only one opened as a directory has several. */
  values(key: string, most: number): ValuesAnswer;
}

/** What a database needs to follow changes of its file. */
export interface DatabaseOptions {
  readonly clock: Clock;
  /** How much of each file may be kept in memory, in octets; by default nothing. It may change. */
  readonly memory?: () => number;
  /** Whether a key of a text file may have several values, as in a directory. */
  readonly severalValues?: boolean;
  /** Receives what is wrong with a changed file. */
  readonly report: (diagnostics: readonly Diagnostic[]) => void;
}

/** How often a file is checked for changes, in milliseconds. */
export const freshnessInterval = 1000;

/** Looks up a key; if its domain has A-labels and nothing is found, looks it up with U-labels too. */
export function lookUp(database: Pick<EmbeddedDatabase, 'get'>, key: string): LookupAnswer;
export function lookUp(database: Pick<Database, 'get'>, key: string): Eventual<LookupAnswer>;
export function lookUp(database: Pick<Database, 'get'>, key: string): Eventual<LookupAnswer> {
  const other = unicodeKey(key);
  const first = database.get(key);
  if (other === key) return first;
  return andThen(first, (answer) => (answer.kind === 'absent' ? database.get(other) : answer));
}

/** A database without entries, for an optional file that is missing. */
export const emptyDatabase: EmbeddedDatabase = {
  get: () => absent,
  values: () => absent,
  close: () => undefined,
};

const never: Promise<never> = new Promise(() => undefined);

/** A database on a server that is not asked, for what only examines a configuration. */
export const unaskedDatabase: Database & Pick<DirectoryDatabase, 'values'> = {
  connects: true,
  get: () => never,
  values: () => never,
  close: () => undefined,
};

export const unusableDatabase: EmbeddedDatabase = {
  get: () => failed('the database cannot be read'),
  values: () => failed('the database cannot be read'),
  close: () => undefined,
};

/** Whether a database is a CDB file, by its name; all others are text. */
export function isCdbName(file: string): boolean {
  return /\.cdb$/i.test(file);
}
