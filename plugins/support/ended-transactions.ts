/*
 * Transactions that have ended. A client may leave, or Haraka cancel a hook, while a file is being written for its
 * transaction; the writer then has to remove the file.
 */
import type { HarakaTransaction } from '../haraka/index.js';

/** Thrown where work for a transaction cannot go on, since the transaction has ended. */
export class TransactionEnded extends Error {
  constructor() {
    super('the client left, or Haraka cancelled the hook');
    this.name = 'TransactionEnded';
  }
}

const ended = Symbol('ended');

/** A transaction with a mark, which is kept in it: every transaction ends. */
interface Marked {
  [ended]?: true;
}

/** Notes that a transaction has ended. */
export function endTransaction(transaction: HarakaTransaction & Marked): void {
  transaction[ended] = true;
}

export function hasEnded(transaction: HarakaTransaction & Marked): boolean {
  return transaction[ended] === true;
}
