/*
 * The effects of access entries on a message as a whole: header lines, the Sender header, a tag.
 */
import { type AccessEffects, noEffects, type SenderDecision } from '../../lib/decide/index.js';
import { andThen, type Eventual } from '../../lib/engine/index.js';
import type { HarakaConnection, HarakaTransaction } from '../haraka/index.js';
import { senderDecision } from './decisions.js';
import { transactionState } from './session.js';

export interface MessageEffects {
  readonly headerLines: ReadonlySet<string>;
  readonly tag: string | null;
}

/** Combines effects; each recipient may have a header line of its own, and there may be thousands. */
export function messageEffects(all: Iterable<AccessEffects>): MessageEffects {
  const lines = new Set<string>();
  let last: string | null = null;
  for (const { headerLines, tag } of all) {
    for (const line of headerLines) lines.add(line);
    last = tag ?? last;
  }
  return { headerLines: lines, tag: last };
}

/**
 * Applies the effects of the sender and of the recipients still in the transaction: adds header lines, sets the tag, and
 * replaces the Sender header where FROM_ACCESS says so.
 */
export function applyMessageEffects(connection: HarakaConnection): Eventual<void> {
  const { transaction } = connection;
  if (transaction === null) return undefined;
  return andThen(senderDecision(connection), (sender) => apply(connection, transaction, sender));
}

function apply(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
  { effects, senderHeader }: SenderDecision,
): void {
  const { recipients } = transactionState(connection, transaction);
  const { headerLines, tag } = messageEffects([
    effects,
    ...transaction.rcpt_to.map((recipient) => recipients.get(recipient)?.effects ?? noEffects),
  ]);
  for (const line of headerLines) {
    const colon = line.indexOf(':');
    transaction.add_header(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  if (tag !== null) transaction.notes.set('pmdf.tag', tag);
  if (senderHeader === null) return;
  transaction.remove_header('Sender');
  transaction.add_header('Sender', senderHeader);
}
