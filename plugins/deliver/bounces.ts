/*
 * Bounces that Haraka makes go by the process channel, like everything that comes from inside: rewriting and the access
 * tables say where to, so that they leave by the same next hops as other mail.
 * Ref: PMDF 26.7
 */
import { processChannel } from '../../lib/index.js';
import type { HarakaTransaction } from '../support/haraka.js';
import { notesFor } from './own-notes.js';

/** What core hands to the hook pre_send_trans_email: a transaction, and a client behind it only when there is one. */
export interface BeforeSend {
  readonly transaction: HarakaTransaction | null;
}

/** Tells whether other plugins have said how a message goes. */
function isTaken({ notes }: HarakaTransaction): boolean {
  return ['pmdf', 'using_lmtp', 'queue'].some((note) => notes.get(note) !== undefined);
}

/** Puts a bounce onto the process channel. */
export function takeUpBounce(sent: BeforeSend): void {
  const { transaction } = sent;
  if (transaction === null || 'remote' in sent || isTaken(transaction)) return;
  const { mail_from: from, rcpt_to: recipients, notes } = transaction;
  const [recipient] = recipients;
  if (from.user !== '' || recipient === undefined || recipients.length > 1) return;
  for (const [name, value] of Object.entries(
    notesFor({ channel: processChannel, address: recipient.address }),
  )) {
    notes.set(name, value);
  }
}
