/*
 * What access entries ask for beside their verdict: log lines, header lines, the Sender header, a tag.
 */
import { type AccessEffects, joinEffects, noEffects } from '../../lib/index.js';
import { senderDecision } from '../support/decisions.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../support/haraka.js';
import { transactionState } from '../support/session.js';

/** Writes the lines that `$<` and `$>` ask for. */
export function logEffects(plugin: HarakaPlugin, connection: HarakaConnection, effects: AccessEffects): void {
  for (const line of effects.logLines) connection.lognotice(plugin, line);
}

/** All that was asked for in a transaction, by its sender and by the recipients still in it. */
export async function transactionEffects(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
): Promise<AccessEffects> {
  let effects = joinEffects(noEffects, (await senderDecision(connection)).effects);
  const { recipients } = transactionState(connection, transaction);
  for (const recipient of transaction.rcpt_to) {
    effects = joinEffects(effects, recipients.get(recipient)?.effects ?? noEffects);
  }
  return effects;
}

/** Adds header lines, each once, and replaces the Sender header where FROM_ACCESS says so. */
export async function addEffects(connection: HarakaConnection): Promise<void> {
  const { transaction } = connection;
  if (transaction === null) return;
  const { headerLines, tag } = await transactionEffects(connection, transaction);
  for (const line of new Set(headerLines)) {
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
