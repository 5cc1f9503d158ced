/*
 * Delivers one message at queue time: what goes to the durable queue is held on disk, then the rest is handed on,
 * and its answer is the client's answer.
 */
import { senderFor } from '../../lib/decide/index.js';
import { exceedsHoldLimit } from '../../lib/policy/index.js';
import { reply } from '../../lib/smtp/index.js';
import type { ClientModule } from '../haraka/backend/smtp-client.js';
import type { OutboundQueue } from '../haraka/queue/outbound-queue.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../haraka/types.js';
import { senderDecision } from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import { holdMessage } from '../support/held-file.js';
import { type HookAnswer, proceed, refuse, succeed } from '../support/respond.js';
import { addressLike, sessionOf, transactionState } from '../support/session.js';
import { backendSessions, limitOf } from './backend-sessions.js';
import { findLoops, type Loop, receivedBody } from './forwarding-loops.js';
import { discardFiles, dropFiles } from './hold.js';
import {
  filesOf,
  holdFiles,
  type Insurance,
  loopReply,
  type Outgoing,
  refusalsOf,
  stillThere,
  type ToHold,
} from './hold-copies.js';
import { isHandedOnHere, type Plan, type PlannedDelivery, planDeliveries, type Recipient } from './plan.js';
import { forwardsAll, prepareCopies, sendCopies } from './send-copies.js';

/**
 * Leaves the transaction to the queue plugin of the install, which answers the client.
 */
function leaveToQueuePlugin(
  { transaction, connection, policy, sender }: Outgoing,
  through: readonly PlannedDelivery[],
): HookAnswer {
  const [first] = through;
  if (first === undefined) throw new Error('no recipient is left to hand the message on for');
  const received = receivedBody(forwardsAll(through), transaction.uuid);
  if (received !== null) transaction.add_leading_header('Received', received);
  const from = senderFor(
    policy,
    sender,
    through.map(({ route }) => route.channel),
  );
  transaction.rcpt_to = through.map(({ address }) => addressLike(transaction.mail_from, address));
  transaction.mail_from = addressLike(transaction.mail_from, from);
  transaction.notes.set('queue.wants', policy.settings.delivery.throughPlugin);
  // In queue_outbound nobody would hand it on: core would queue it, to where its domain points.
  if (connection.relaying) throw new Error('relaying was set again after it had been taken back');
  return proceed;
}

/** The recipients that are left in the transaction, with what was decided on them. */
function recipientsOf(connection: HarakaConnection, transaction: HarakaTransaction): Recipient[] {
  const { recipients } = transactionState(connection, transaction);
  return transaction.rcpt_to.map((recipient) => {
    const decision = recipients.get(recipient);
    if (decision === undefined) throw new Error(`no decision was taken for ${recipient.original}`);
    return { named: recipient.address, decision };
  });
}

/** Holds the message for all its recipients, who are more than the source channel lets through. */
async function holdAll(outgoing: Outgoing, recipients: readonly Recipient[]): Promise<HookAnswer> {
  const { plugin, connection, transaction, policy, sender } = outgoing;
  const file = await holdMessage(gateway().heldFolder(policy), transaction, {
    // pmdf/access may have held the message for others.
    name: `${transaction.uuid}.holdlimit`,
    from: sender.envelopeFrom,
    to: recipients.map(({ decision }) => decision.address),
  });
  await stillThere(outgoing);
  connection.lognotice(
    plugin,
    `holdlimit of ${outgoing.sourceChannel}: held for ${recipients.length} in ${file}`,
  );
  return succeed('message held');
}

/** Delivers to all recipients whose mail is not in a loop. */
async function deliverTo(outgoing: Outgoing, plan: Plan, loops: readonly Loop[]): Promise<HookAnswer> {
  const { plugin, connection, transaction, policy, sourceChannel } = outgoing;
  for (const { address } of plan.discarded) connection.lognotice(plugin, `discarded ${address}`);
  const isOurs = plan.through.every(({ route }) => isHandedOnHere(policy, route));
  const { copies, queued, refusal } = await prepareCopies(outgoing, isOurs ? plan.through : []);
  if (refusal !== null && copies.length === 0) return refuse(refusal);
  const files: ToHold[] = [
    ...filesOf([...plan.queued, ...queued], sourceChannel),
    ...refusalsOf(loops, policy),
    ...copies
      .slice(1)
      .flatMap((copy) => filesOf(copy.deliveries, sourceChannel).map((file) => ({ ...file, insures: copy }))),
  ];
  let insurance: Insurance = new Map();
  if (files.length > 0) {
    try {
      insurance = await holdFiles(outgoing, files);
    } catch (error) {
      await discardFiles(transaction);
      connection.logerror(plugin, `the message could not be queued: ${causeOf(error)}`);
      return refuse(reply(451, '4.3.0', 'the message could not be queued, try again later'));
    }
  }
  if (!isOurs) return leaveToQueuePlugin(outgoing, plan.through);
  if (copies.length === 0) return succeed(files.length > 0 ? 'message queued' : 'message accepted');
  const answer = await sendCopies(outgoing, copies, async (copy) => {
    await dropFiles(transaction, insurance.get(copy) ?? []);
  });
  return answer.code < 300 ? succeed(`${answer.enhanced} ${answer.text}`.trim()) : refuse(answer);
}

/** Delivers the message of the present transaction. */
export async function deliverMessage(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  queue: OutboundQueue,
  module: ClientModule,
): Promise<HookAnswer> {
  const { transaction } = connection;
  if (transaction === null) throw new Error('the transaction is gone');
  const limit = limitOf(plugin.timeout);
  const deadline = limit === null ? null : Date.now() + limit;
  // Other plugins mark so what nobody is to get, for queue/discard to take.
  if (transaction.notes.get('discard') === true) return proceed;
  const sender = await senderDecision(connection);
  const { policy } = transactionState(connection, transaction);
  const { sourceChannel } = sessionOf(connection, policy);
  const sessions = backendSessions({ plugin, connection, transaction, queue, module });
  const outgoing = {
    plugin,
    connection,
    transaction,
    queue,
    module,
    policy,
    sender,
    sourceChannel,
    sessions,
    deadline,
  };
  const recipients = recipientsOf(connection, transaction);
  if (exceedsHoldLimit(policy, sourceChannel, recipients.length)) return await holdAll(outgoing, recipients);

  const loops = findLoops(transaction, recipients);
  for (const { why } of loops) connection.lognotice(plugin, why);
  const [loop] = loops;
  if (loop !== undefined && loops.length === recipients.length) return refuse(loopReply(loop));
  const round = new Set(loops.map(({ recipient }) => recipient));
  const { plan, conflict } = planDeliveries(
    policy,
    recipients.filter((recipient) => !round.has(recipient)),
  );
  if (conflict !== null) throw new Error(`one message for two plugins: ${conflict}`);
  return await deliverTo(outgoing, plan, loops);
}
