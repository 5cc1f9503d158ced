/*
 * Transactions that are over. A client may leave, or Haraka give a hook up, while something is being written for its
 * transaction; the writer asks here when it is done, since nobody will come back for what was written.
 */
import type { HarakaTransaction } from '../haraka/types.js';

const ended = new WeakSet<HarakaTransaction>();

/** Notes that a transaction is over. */
export function endTransaction(transaction: HarakaTransaction): void {
  ended.add(transaction);
}

/** Tells whether a transaction is over. */
export function hasEnded(transaction: HarakaTransaction): boolean {
  return ended.has(transaction);
}
