/*
 * Delivers one message at queue time: what goes to the durable queue is held on disk, then the rest is handed on,
 * and its answer is the client's answer.
 */

import * as constants from 'haraka-constants';
import {
  exceedsHoldLimit,
  type Policy,
  type Reply,
  reply,
  type SenderDecision,
  senderFor,
} from '../../lib/index.js';
import { senderDecision } from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, HarakaTransaction } from '../support/haraka.js';
import { holdMessage } from '../support/held-file.js';
import { type HookAnswer, proceed, refuse, succeed } from '../support/respond.js';
import { addressLike, sessionOf, transactionState } from '../support/session.js';
import { completeHeader } from './complete-header.js';
import { copiesOf } from './copies.js';
import { findLoops, type Loop, receivedBody } from './forwarding-loops.js';
import { discardFiles, heldBy, holdFile } from './hold.js';
import { notesFor, type OwnNotes } from './own-notes.js';
import { type ForwardedBy, type Plan, type PlannedDelivery, planDeliveries, type Recipient } from './plan.js';
import type { OutboundQueue } from './undocumented/outbound-queue.js';

/** A message on its way out of a transaction. */
interface Outgoing {
  readonly plugin: HarakaPlugin;
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  readonly queue: OutboundQueue;
  readonly policy: Policy;
  readonly sender: SenderDecision;
  readonly sourceChannel: string;
}

/** The envelope From of a copy for these channels, as an address of core. */
function senderOf({ policy, sender, transaction }: Outgoing, channels: readonly string[]): HarakaAddress {
  return addressLike(transaction.mail_from, senderFor(policy, sender, channels));
}

/** After every wait: a client that left has had its transaction reset, and nobody will commit. */
async function stillThere({ connection, transaction }: Outgoing): Promise<void> {
  if (connection.transaction === transaction) return;
  await discardFiles(transaction);
  throw new Error('the client went away');
}

/** One queue file to be. */
interface ToHold {
  readonly own: OwnNotes;
  readonly addresses: readonly string[];
  readonly forwardedBy: ForwardedBy | null;
}

function loopReply({ why }: Loop): Reply {
  return reply(550, '5.4.6', why);
}

function filesFor(
  { queued }: Plan,
  loops: readonly Loop[],
  sourceChannel: string,
  policy: Policy,
): readonly ToHold[] {
  const copies = copiesOf(queued).map(({ first, deliveries }) => ({
    own: { channel: first.route.channel, address: first.address, source: sourceChannel },
    addresses: deliveries.map(({ address }) => address),
    forwardedBy: first.forwardedBy,
  }));
  // Core bounces only what is in its queue.
  const refusals = loops.map((loop) => {
    const { named, decision } = loop.recipient;
    const channel = decision.channel ?? policy.settings.listeners.default;
    return {
      own: { channel, address: decision.address, refusal: loopReply(loop) },
      addresses: [named],
      forwardedBy: null,
    };
  });
  return [...copies, ...refusals];
}

async function holdFiles(outgoing: Outgoing, files: readonly ToHold[]): Promise<void> {
  const { transaction, queue, connection } = outgoing;
  completeHeader(transaction);
  await queue.runPreSend(transaction, connection);
  await stillThere(outgoing);
  let count = 0;
  for (const { own, addresses, forwardedBy } of files) {
    count += 1;
    const uuid = `${transaction.uuid}.${count}`;
    const received = receivedBody(forwardedBy, uuid);
    const recipients = addresses.map((address) => addressLike(transaction.mail_from, address));
    const held = await queue.write(
      {
        domain: recipients[0]?.host ?? '',
        recipients,
        from: senderOf(outgoing, [own.channel]),
        notes: notesFor(own),
        uuid,
        header: received === null ? [] : [`Received: ${received}`],
      },
      { text: transaction.message_stream, notes: transaction.notes },
    );
    holdFile(transaction, held);
    await stillThere(outgoing);
  }
  await queue.sync(heldBy(transaction));
  await stillThere(outgoing);
}

/** What forwards the whole copy that is handed on; null when somebody gets it as the client sent it. */
function forwardsAll(through: readonly PlannedDelivery[]): ForwardedBy | null {
  const by = through[0]?.forwardedBy ?? null;
  return through.every(({ forwardedBy }) => forwardedBy?.named === by?.named) ? by : null;
}

/** Hands the message on for the recipients whose next hop answers while the client waits. */
async function handOn(outgoing: Outgoing, through: readonly PlannedDelivery[]): Promise<HookAnswer> {
  const { transaction, connection, queue, policy } = outgoing;
  const from = senderOf(
    outgoing,
    through.map(({ route }) => route.channel),
  );
  const received = receivedBody(forwardsAll(through), transaction.uuid);
  if (received !== null) transaction.add_leading_header('Received', received);
  transaction.rcpt_to = through.map(({ address }) => addressLike(transaction.mail_from, address));
  transaction.mail_from = from;
  transaction.notes.set('queue.wants', policy.settings.delivery.throughPlugin);
  const hop = through[0]?.route.nextHop ?? null;
  if (hop === null) {
    // In queue_outbound nobody would hand it on: core would queue it, to where its domain points.
    if (connection.relaying) throw new Error('relaying was set again after it had been taken back');
    return proceed;
  }
  const oneEach = through.some(({ route }) => route.copies === 'single');
  const { code, message } = await queue.forwardTo(hop.host, hop.port, connection, oneEach);
  if (code === undefined || code === constants.cont) {
    return refuse(reply(451, '4.4.1', 'the mail server behind does not answer, try again later'));
  }
  return typeof message === 'string' || (typeof message === 'object' && message !== null)
    ? { code, message }
    : { code };
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

/** Delivers the message of the present transaction. */
export async function deliverMessage(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  queue: OutboundQueue,
): Promise<HookAnswer> {
  const { transaction } = connection;
  if (transaction === null) throw new Error('the transaction is gone');
  // Other plugins mark so what nobody is to get, for queue/discard to take.
  if (transaction.notes.get('discard') === true) return proceed;
  const sender = await senderDecision(connection);
  const { policy } = transactionState(connection, transaction);
  const { sourceChannel } = sessionOf(connection, policy);
  const outgoing: Outgoing = { plugin, connection, transaction, queue, policy, sender, sourceChannel };
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
  if (conflict !== null) throw new Error(`one message for two next hops: ${conflict}`);
  for (const { address } of plan.discarded) connection.lognotice(plugin, `discarded ${address}`);
  const files = filesFor(plan, loops, sourceChannel, policy);
  if (files.length > 0) {
    try {
      await holdFiles(outgoing, files);
    } catch (error) {
      await discardFiles(transaction);
      connection.logerror(plugin, `the message could not be queued: ${causeOf(error)}`);
      return refuse(reply(451, '4.3.0', 'the message could not be queued, try again later'));
    }
  }
  if (plan.through.length > 0) return await handOn(outgoing, plan.through);
  return succeed(files.length > 0 ? 'message queued' : 'message accepted');
}
