/*
 * Recipients that an entry holds (`$H`) or discards (`$B`) are removed from the transaction before any queue plugin sees it. A
 * held message is on disk, as `<uuid>.HELD` in the held folder, before the client gets 250.
 * Ref: PMDF 16.1.1
 */
import { noEffects, type SenderDecision } from '../../lib/decide/index.js';
import { notaryFor } from '../../lib/notary/index.js';
import {
  addressLike,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
} from '../haraka/index.js';
import {
  andThen,
  askedFor,
  declaredOf,
  type Eventual,
  gateway,
  type HookAnswer,
  holdMessage,
  proceed,
  senderDecision,
  succeed,
  transactionOf,
  transactionState,
} from '../support/index.js';

/** The message of a connection, and what was decided on its sender. */
interface Message {
  readonly plugin: HarakaPlugin;
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  readonly sender: SenderDecision;
}

/** Replaces the sender if FROM_ACCESS did; removes held and discarded recipients, and acknowledges when none is left. */
export function setAside(plugin: HarakaPlugin, connection: HarakaConnection): Eventual<HookAnswer> {
  const transaction = transactionOf(connection);
  return andThen(senderDecision(connection), (sender) =>
    setRecipientsAside({ plugin, connection, transaction, sender }),
  );
}

function setRecipientsAside(message: Message): Eventual<HookAnswer> {
  const { connection, transaction, sender } = message;
  const { recipients } = transactionState(connection, transaction);
  if (sender.replaced) transaction.mail_from = addressLike(transaction.mail_from, sender.envelopeFrom);
  const held: HarakaAddress[] = [];
  const kept: HarakaAddress[] = [];
  for (const recipient of transaction.rcpt_to) {
    const effects = recipients.get(recipient)?.effects ?? noEffects;
    if (effects.hold || sender.effects.hold) held.push(recipient);
    else if (!effects.bitbucket && !sender.effects.bitbucket) kept.push(recipient);
  }
  return kept.length === transaction.rcpt_to.length ? proceed : leaveOnly(message, kept, held);
}

/** Holds the message for some recipients and goes on with others; the rest is discarded. */
async function leaveOnly(
  { plugin, connection, transaction, sender }: Message,
  kept: HarakaAddress[],
  held: readonly HarakaAddress[],
): Promise<HookAnswer> {
  const { policy, recipients } = transactionState(connection, transaction);
  if (held.length > 0) {
    const file = await holdMessage(gateway().heldFolder(policy), transaction, {
      name: transaction.uuid,
      from: sender.envelopeFrom,
      declared: declaredOf(transaction),
      to: held.map((one) => {
        const address = recipients.get(one)?.address ?? one.address;
        return { address, notary: notaryFor(askedFor(transaction, one), one.address, address) };
      }),
    });
    connection.lognotice(plugin, `held for ${held.length} recipients in ${file}`);
  }
  const discarded = transaction.rcpt_to.length - kept.length - held.length;
  if (discarded > 0) connection.lognotice(plugin, `discarded for ${discarded} recipients`);
  if (kept.length === 0) return succeed(held.length > 0 ? 'message held' : 'message accepted');
  transaction.rcpt_to = kept;
  return proceed;
}
