/*
 * Delivers one message at queue time: what goes to the durable queue is held on disk, then the rest is handed on,
 * and its answer is the client's answer.
 */

import * as constants from 'haraka-constants';
import { type Policy, reply, type SenderDecision, senderFor } from '../../lib/index.js';
import { senderDecision } from '../support/decisions.js';
import { causeOf } from '../support/guard.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, HarakaTransaction } from '../support/haraka.js';
import { type HookAnswer, proceed, refuse, succeed } from '../support/respond.js';
import { addressLike, sessionOf, transactionState } from '../support/session.js';
import { completeHeader } from './complete-header.js';
import { discardFiles, holdFile } from './hold.js';
import type { OutboundQueue } from './outbound-queue.js';
import { filesOf, type Plan, type PlannedDelivery, planDeliveries } from './plan.js';

/** A message on its way out of a transaction. */
interface Outgoing {
  readonly plugin: HarakaPlugin;
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  readonly queue: OutboundQueue;
  readonly policy: Policy;
  readonly sender: SenderDecision;
}

/** The envelope From of a copy for these deliveries, as an address of core. */
function senderOf(
  { policy, sender, transaction }: Outgoing,
  deliveries: readonly PlannedDelivery[],
): HarakaAddress {
  const channels = deliveries.map(({ route }) => route.channel);
  return addressLike(transaction.mail_from, senderFor(policy, sender, channels));
}

/** After every wait: a client that left has had its transaction reset, and nobody will commit. */
async function stillThere({ connection, transaction }: Outgoing): Promise<void> {
  if (connection.transaction === transaction) return;
  await discardFiles(transaction);
  throw new Error('the client went away');
}

async function holdQueued(outgoing: Outgoing, queued: readonly PlannedDelivery[]): Promise<void> {
  const { transaction, queue, connection, policy } = outgoing;
  const source = sessionOf(connection, policy).sourceChannel;
  completeHeader(transaction);
  await queue.runPreSend(transaction, connection);
  await stillThere(outgoing);
  let count = 0;
  for (const deliveries of filesOf(queued)) {
    const [first] = deliveries;
    if (first === undefined) continue;
    count += 1;
    const recipients = deliveries.map(({ address }) => addressLike(transaction.mail_from, address));
    const held = await queue.write(
      {
        domain: recipients[0]?.host ?? '',
        recipients,
        from: senderOf(outgoing, deliveries),
        notes: { pmdf: { channel: first.route.channel, address: first.address, source } },
        uuid: `${transaction.uuid}.${count}`,
      },
      transaction,
    );
    holdFile(transaction, held);
    await stillThere(outgoing);
  }
}

/** Hands the message on for the recipients whose next hop answers while the client waits. */
async function handOn(outgoing: Outgoing, through: readonly PlannedDelivery[]): Promise<HookAnswer> {
  const { transaction, connection, queue, policy } = outgoing;
  const from = senderOf(outgoing, through);
  transaction.rcpt_to = through.map(({ address }) => addressLike(transaction.mail_from, address));
  transaction.mail_from = from;
  transaction.notes.set('queue.wants', policy.settings.delivery.throughPlugin);
  const hop = through[0]?.route.nextHop ?? null;
  if (hop === null) {
    // In queue_outbound nobody would hand it on: core would queue it, to where its domain points.
    if (connection.relaying) throw new Error('relaying was set again after it had been taken back');
    return proceed;
  }
  const { code, message } = await queue.forwardTo(hop.host, hop.port, connection);
  if (code === undefined || code === constants.cont) {
    return refuse(reply(451, '4.4.1', 'the mail server behind does not answer, try again later'));
  }
  return typeof message === 'string' || (typeof message === 'object' && message !== null)
    ? { code, message }
    : { code };
}

/** Makes the plan for the recipients that are left in the transaction. */
function planOf(connection: HarakaConnection, transaction: HarakaTransaction): Plan {
  const { policy, recipients } = transactionState(connection, transaction);
  const decisions = transaction.rcpt_to.map((recipient) => {
    const decision = recipients.get(recipient);
    if (decision === undefined) throw new Error(`no decision was taken for ${recipient.original}`);
    return decision;
  });
  const { plan, conflict } = planDeliveries(policy, decisions);
  if (conflict !== null) throw new Error(`one message for two next hops: ${conflict}`);
  return plan;
}

/** Delivers the message of the present transaction. */
export async function deliverMessage(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  queue: OutboundQueue,
): Promise<HookAnswer> {
  const { transaction } = connection;
  if (transaction === null) throw new Error('the transaction is gone');
  const sender = await senderDecision(connection);
  const { policy } = transactionState(connection, transaction);
  const plan = planOf(connection, transaction);
  const outgoing: Outgoing = { plugin, connection, transaction, queue, policy, sender };
  if (plan.queued.length > 0) {
    try {
      await holdQueued(outgoing, plan.queued);
    } catch (error) {
      await discardFiles(transaction);
      connection.logerror(plugin, `the message could not be queued: ${causeOf(error)}`);
      return refuse(reply(451, '4.3.0', 'the message could not be queued, try again later'));
    }
  }
  if (plan.through.length === 0) return succeed('message queued');
  return await handOn(outgoing, plan.through);
}
