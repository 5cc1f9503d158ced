/*
 * One database look-up, with its trace event.
 */
import { releaseBars } from '../address/index.js';
import type { DatabaseName, Environment, Lookup, LookupAnswer } from '../engine/index.js';

/** Looks a key up; a bar in it is an ordinary character there. */
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
