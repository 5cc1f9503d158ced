/*
 * Header fields that a message in the durable queue must have; core adds them only to mail that it queues itself.
 * Ref: RFC 5321 6.4; RFC 5322 3.6
 */
import type { HarakaTransaction } from '../haraka/index.js';
import { gateway } from '../support/index.js';

/** A time as header fields write it, in UTC. */
export function headerDate(time: Date): string {
  return time.toUTCString().replace('GMT', '+0000');
}

/** Adds Message-Id and Date where they are missing. */
export function completeHeader(transaction: HarakaTransaction): void {
  const identifiers = transaction.header.get_all('Message-Id');
  if (identifiers.length === 0) {
    transaction.add_header('Message-Id', `<${transaction.uuid}@${gateway().policy.localHost}>`);
  }
  if (transaction.header.get_all('Date').length === 0) transaction.add_header('Date', headerDate(new Date()));
}
