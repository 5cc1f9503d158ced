/*
 * What is raised inside the reading of a CDB file when the octets do not add up.
 */
import { describeError } from '../files/index.js';

/** Raised for damage; the message says what is wrong with the file, as in `it is cut short`. */
export class CdbDamage extends Error {}

/** The cause of an error for the answer `damaged`, whether the octets or the system are to blame. */
export function damageCause(error: unknown): string {
  return error instanceof CdbDamage ? error.message : describeError(error);
}
