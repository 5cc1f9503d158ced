/*
 * Forwarding loops. Forwarded copies get a Received line of ours, and a message that arrives with such a line for the same
 * recipient loops: two gateways that forward to each other notice it when the message comes back for the first time.
 */
import { loopOf, readReceived, receivedFor } from '../../lib/smtp/index.js';
import type { HarakaTransaction } from '../haraka/index.js';
import { gateway } from '../support/index.js';
import { headerDate } from './complete-header.js';
import { type ForwardedBy, isForwarded, type Recipient } from './plan.js';

/** A recipient whose message is in a loop, and why we think so. */
export interface Loop {
  readonly recipient: Recipient;
  readonly why: string;
}

/** Finds the recipients for whom the message has been forwarded before. */
export function findLoops(transaction: HarakaTransaction, recipients: readonly Recipient[]): Loop[] {
  const forwarded = recipients.filter(isForwarded);
  if (forwarded.length === 0) return [];
  const lines = transaction.header.get_all('Received');
  const received = readReceived(lines, gateway().policy.localHost);
  return forwarded.flatMap((recipient) => {
    const why = loopOf(received, recipient.named);
    return why === null ? [] : [{ recipient, why }];
  });
}

/** The body of the Received field for a copy; null for a copy that is not forwarded. */
export function receivedBody(by: ForwardedBy | null, id: string): string | null {
  if (by === null) return null;
  return receivedFor({
    host: gateway().policy.localHost,
    way: by.means,
    id,
    address: by.named,
    date: headerDate(new Date()),
    hop: by.hop,
  });
}
