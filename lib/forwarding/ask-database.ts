/*
 * One question to a database, told to the trace.
 */
import { releaseBars } from '../address/index.js';
import type { DatabaseName, Environment, Lookup, LookupAnswer } from '../engine/index.js';

/** Asks a database; a bar in the key is an ordinary character there. */
export function* askDatabase(
  database: DatabaseName,
  key: string,
  environment: Environment,
): Lookup<LookupAnswer> {
  const request = { kind: 'database', database, key: releaseBars(key) } as const;
  const answer = yield request;
  environment.trace?.({ kind: 'lookup', request, answer });
  return answer;
}
