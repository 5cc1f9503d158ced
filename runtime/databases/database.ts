/*
 * What every database is: a question by key, an answer found, absent or failed. An embedded database answers
 * at once, a remote one later. Keys are compared without regard to case.
 */
import { unicodeKey } from '../../lib/address/index.js';
import { absent, failed, type LookupAnswer } from '../../lib/engine/index.js';
import type { Diagnostic } from '../../lib/text/index.js';
import type { Clock } from '../time/index.js';

/** A database that answers at once; `look` never throws. */
export interface Database {
  readonly kind: 'embedded';
  look(key: string): LookupAnswer;
  /** Gives back what the database holds open; questions after it are answered `failed`. */
  close(): void;
}

/** A database that answers later; a promise that rejects counts as `failed`. */
export interface AsyncDatabase {
  readonly kind: 'remote';
  look(key: string): Promise<LookupAnswer>;
  close(): void;
}

/** What a database that looks after its own file needs. */
export interface DatabaseOptions {
  readonly clock: Clock;
  /** Takes what was found wrong when a changed file was read again. */
  readonly report: (diagnostics: readonly Diagnostic[]) => void;
}

/**
 * How often a database looks whether its file was changed, in milliseconds; it looks only when it is asked.
 */
export const freshnessInterval = 1000;

/** Folds a key for comparison; the same folding is in text files and in CDB files. */
export function foldKey(key: string): string {
  return key.toLowerCase();
}

/** A database as its callers see it: one that answers at once, or later. */
export interface Asked<Answer> {
  look(key: string): Answer;
}

/** Asks for a key; where its domain has A-labels and nothing is found, for it in U-labels too. */
export function lookUp(asked: Asked<LookupAnswer>, key: string): LookupAnswer;
export function lookUp(
  asked: Asked<LookupAnswer | Promise<LookupAnswer>>,
  key: string,
): LookupAnswer | Promise<LookupAnswer>;
export function lookUp(
  asked: Asked<LookupAnswer | Promise<LookupAnswer>>,
  key: string,
): LookupAnswer | Promise<LookupAnswer> {
  const answer = asked.look(key);
  const other = unicodeKey(key);
  if (other === key) return answer;
  const orOther = (first: LookupAnswer) => (first.kind === 'absent' ? asked.look(other) : first);
  return 'then' in answer ? answer.then(orOther) : orOther(answer);
}

/** A database that holds nothing: for a file that may be missing, and is. */
export const emptyDatabase: Database = { kind: 'embedded', look: () => absent, close: () => undefined };

/** A database that cannot be read now. */
export const unusableDatabase: Database = {
  kind: 'embedded',
  look: () => failed('the database cannot be read'),
  close: () => undefined,
};
