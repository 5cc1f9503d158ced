/*
 * Recipients whose entry said hold (`$H`) or bitbucket (`$B`): they leave the transaction before any queue sees it.
 * A held message is on disk, as `<uuid>.HELD` in the held folder, before anything is acknowledged.
 * Ref: PMDF 16.1.1
 */
import { noEffects } from '../../lib/decide/index.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { senderDecision } from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import { holdMessage } from '../support/held-file.js';
import { type HookAnswer, proceed, succeed } from '../support/respond.js';
import { addressLike, transactionState } from '../support/session.js';

/** Puts a replaced sender in place; takes held and discarded recipients out, and answers when nobody is left. */
export async function setAside(plugin: HarakaPlugin, connection: HarakaConnection): Promise<HookAnswer> {
  const { transaction } = connection;
  if (transaction === null) throw new Error('the transaction is gone');
  const { policy, recipients } = transactionState(connection, transaction);
  const sender = await senderDecision(connection);
  if (sender.replaced) transaction.mail_from = addressLike(transaction.mail_from, sender.envelopeFrom);
  const held: HarakaAddress[] = [];
  const kept: HarakaAddress[] = [];
  for (const recipient of transaction.rcpt_to) {
    const effects = recipients.get(recipient)?.effects ?? noEffects;
    if (effects.hold || sender.effects.hold) held.push(recipient);
    else if (!effects.bitbucket && !sender.effects.bitbucket) kept.push(recipient);
  }
  if (kept.length === transaction.rcpt_to.length) return proceed;
  if (held.length > 0) {
    const file = await holdMessage(gateway().heldFolder(policy), transaction, {
      name: transaction.uuid,
      from: sender.envelopeFrom,
      to: held.map((one) => recipients.get(one)?.address ?? one.address),
    });
    connection.lognotice(plugin, `held for ${held.length} recipients in ${file}`);
  }
  const discarded = transaction.rcpt_to.length - kept.length - held.length;
  if (discarded > 0) connection.lognotice(plugin, `discarded for ${discarded} recipients`);
  if (kept.length === 0) return succeed(held.length > 0 ? 'message held' : 'message accepted');
  transaction.rcpt_to = kept;
  return proceed;
}
