/*
 * Forwarded copies carry a Received line of ours, and a message that brings such a line for the same recipient goes
 * round. Two gateways that forward to each other find that out when the message comes back for the first time.
 */
import { loopOf, readReceived, receivedFor } from '../../lib/smtp/index.js';
import type { HarakaTransaction } from '../haraka/types.js';
import { gateway } from '../support/gateway.js';
import { headerDate } from './complete-header.js';
import { type ForwardedBy, isForwarded, type Recipient } from './plan.js';

/** A recipient that would send its message round, and how that shows. */
export interface Loop {
  readonly recipient: Recipient;
  readonly why: string;
}

/** Finds the recipients of a transaction whose message has been forwarded for them before. */
export function findLoops(transaction: HarakaTransaction, recipients: readonly Recipient[]): Loop[] {
  const lines = transaction.header.get_all('Received');
  const received = readReceived(lines, gateway().policy.localHost);
  return recipients.filter(isForwarded).flatMap((recipient) => {
    const why = loopOf(received, recipient.named);
    return why === null ? [] : [{ recipient, why }];
  });
}

/** The body of the Received line for a copy; null for a copy that is not forwarded. */
export function receivedBody(by: ForwardedBy | null, id: string): string | null {
  if (by === null) return null;
  return receivedFor({
    host: gateway().policy.localHost,
    way: by.way,
    id,
    address: by.named,
    date: headerDate(new Date()),
  });
}
