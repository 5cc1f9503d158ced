/*
 * One database look-up, with its trace event.
 */
import { releaseBars } from '../address/index.js';
import { ask, type DatabaseName, type Environment, type Lookup, type LookupAnswer } from '../engine/index.js';

/** Looks a key up; a bar in it is an ordinary character there. */
export function* askDatabase(
  database: DatabaseName,
  key: string,
  environment: Environment,
): Lookup<LookupAnswer> {
  return yield* ask({ kind: 'database', database, key: releaseBars(key) }, environment);
}
