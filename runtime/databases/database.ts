/*
 * What every database does: for a key it answers found, absent or failed. The case of keys does not matter.
 */
import { unicodeKey } from '../../lib/address/index.js';
import { absent, failed, type LookupAnswer } from '../../lib/engine/index.js';
import type { Diagnostic } from '../../lib/text/index.js';
import type { Clock } from '../time/index.js';

/** A database; `look` never throws. */
export interface Database {
  get(key: string): LookupAnswer;
  /** Closes the files of the database; every later look-up is `failed`. */
  close(): void;
}

/** What a database needs to follow changes of its file. */
export interface DatabaseOptions {
  readonly clock: Clock;
  /** How much of each file may be kept in memory, in octets; by default nothing. It may change. */
  readonly memory?: () => number;
  /** Receives what is wrong with a changed file. */
  readonly report: (diagnostics: readonly Diagnostic[]) => void;
}

/** How often a file is checked for changes, in milliseconds. */
export const freshnessInterval = 1000;

/** Folds a key for comparison, in text files and CDB files alike. */
export function foldKey(key: string): string {
  return key.toLowerCase();
}

/** Looks up a key; if its domain has A-labels and nothing is found, looks it up with U-labels too. */
export function lookUp(database: Pick<Database, 'get'>, key: string): LookupAnswer {
  const answer = database.get(key);
  const other = unicodeKey(key);
  return answer.kind === 'absent' && other !== key ? database.get(other) : answer;
}

/** A database without entries, for an optional file that is missing. */
export const emptyDatabase: Database = { get: () => absent, close: () => undefined };

export const unusableDatabase: Database = {
  get: () => failed('the database cannot be read'),
  close: () => undefined,
};

/** Whether a database is a CDB file, by its name; all others are text. */
export function isCdbName(file: string): boolean {
  return /\.cdb$/i.test(file);
}
