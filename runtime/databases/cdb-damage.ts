/*
 * Damage found while a CDB file is read.
 */
import { describeError } from '../files/index.js';

/** Raised for damage; the message says what is wrong, such as `it is truncated`. */
export class CdbDamage extends Error {}

/** The cause of an error for the answer `damaged`, in the file or in the system. */
export function damageCause(error: unknown): string {
  return error instanceof CdbDamage ? error.message : describeError(error);
}
