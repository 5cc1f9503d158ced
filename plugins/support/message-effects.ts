/*
 * What access entries ask for beside their verdict: log lines, header lines, the Sender header, a tag.
 */
import { type AccessEffects, noEffects } from '../../lib/decide/index.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../haraka/types.js';
import { senderDecision } from './decisions.js';
import { transactionState } from './session.js';

/** Writes the lines that `$<` and `$>` ask for. */
export function logEffects(plugin: HarakaPlugin, connection: HarakaConnection, effects: AccessEffects): void {
  for (const line of effects.logLines) connection.lognotice(plugin, line);
}

/** What becomes of a message as a whole. */
export interface MessageEffects {
  /** Header lines, each once. */
  readonly headerLines: ReadonlySet<string>;
  /** The last one that was asked for. */
  readonly tag: string | null;
}

/** Adds up what was asked for; each recipient may have asked for a line of its own, and there may be thousands. */
export function messageEffects(all: Iterable<AccessEffects>): MessageEffects {
  const lines = new Set<string>();
  let last: string | null = null;
  for (const { headerLines, tag } of all) {
    for (const line of headerLines) lines.add(line);
    last = tag ?? last;
  }
  return { headerLines: lines, tag: last };
}

/** All that was asked for in a transaction, by its sender and by the recipients still in it. */
async function transactionEffects(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
): Promise<MessageEffects> {
  const sender = await senderDecision(connection);
  const { recipients } = transactionState(connection, transaction);
  return messageEffects([
    sender.effects,
    ...transaction.rcpt_to.map((recipient) => recipients.get(recipient)?.effects ?? noEffects),
  ]);
}

/** Adds header lines, each once, and replaces the Sender header where FROM_ACCESS says so. */
export async function addEffects(connection: HarakaConnection): Promise<void> {
  const { transaction } = connection;
  if (transaction === null) return;
  const { headerLines, tag } = await transactionEffects(connection, transaction);
  for (const line of headerLines) {
    const colon = line.indexOf(':');
    transaction.add_header(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  if (tag !== null) transaction.notes.set('pmdf.tag', tag);
  const { senderHeader } = await senderDecision(connection);
  if (senderHeader !== null) {
    transaction.remove_header('Sender');
    transaction.add_header('Sender', senderHeader);
  }
}
