/*
 * Delivers one message at queue time: what goes to the durable queue is held on disk, then the rest is sent directly, and the
 * reply to that is the client's.
 */
import { senderFor } from '../../lib/decide/index.js';
import { noRecipientNotary, notaryFor } from '../../lib/notary/index.js';
import { exceedsHoldLimit } from '../../lib/policy/index.js';
import { reply } from '../../lib/smtp/index.js';
import {
  addressLike,
  type ClientModule,
  causeOf,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
  type OutboundQueue,
} from '../haraka/index.js';
import {
  andThen,
  askedFor,
  declaredOf,
  type Eventual,
  gateway,
  type HookAnswer,
  holdMessage,
  observer,
  proceed,
  refuse,
  senderDecision,
  sourceChannelOf,
  succeed,
  TransactionEnded,
  transactionOf,
  transactionState,
} from '../support/index.js';
import { backendSessions, limitOf } from './backend-sessions.js';
import { findLoops, type Loop, receivedBody } from './forwarding-loops.js';
import { areSeveral } from './mailboxes.js';
import { noteExpanded, noteRelayed } from './notary/due-notices.js';
import { isDeliveredHere, type Plan, type PlannedDelivery, plannerOf, type Recipient } from './plan.js';
import { forwardsAll, isInsured, prepareCopies, sendCopies } from './send-copies.js';
import { settleFiles } from './settle-files.js';
import { discardFiles } from './uncommitted-files.js';
import {
  directMailboxes,
  filesOf,
  holdFiles,
  type Insurance,
  insuringFilesOf,
  loopReply,
  type Outgoing,
  refusalsOf,
  stillThere,
  type ToHold,
} from './write-copies.js';

/** A message whose sessions with next mail servers are not needed yet. */
type Leaving = Omit<Outgoing, 'sessions'>;

/** An address for the queue plugin: the one that the client named if it is written like this, else a new one. */
function addressFrom(named: HarakaAddress | undefined, like: HarakaAddress, text: string): HarakaAddress {
  const isSame = named !== undefined && named.address === text && named.original === `<${text}>`;
  return isSame ? named : addressLike(like, text);
}

/** Leaves the transaction to the install's queue plugin, which answers the client. */
function leaveToQueuePlugin(
  { transaction, connection, policy, sender }: Leaving,
  through: readonly PlannedDelivery[],
): HookAnswer {
  if (through.length === 0) throw new Error('no recipient is left to deliver the message to');
  const received = receivedBody(forwardsAll(through), transaction.uuid);
  if (received !== null) transaction.add_leading_header('Received', received);
  const from = senderFor(
    policy,
    sender,
    through.map(({ route }) => route.channel),
  );
  const { envelopeFrom } = sender;
  observer()?.left?.(
    transaction,
    through.map(({ route, address }) => ({ channel: route.channel, envelopeFrom, address })),
  );
  noteRelayed(transaction, { envelopeFrom, deliveries: through, server: null, replyTo: () => null });
  const named = new Map(transaction.rcpt_to.map((recipient) => [recipient.address, recipient]));
  transaction.rcpt_to = through.map(({ address }) =>
    addressFrom(named.get(address), transaction.mail_from, address),
  );
  transaction.mail_from = addressFrom(transaction.mail_from, transaction.mail_from, from);
  transaction.notes.set('queue.wants', policy.settings.delivery.throughPlugin);
  // In queue_outbound no queue plugin would run: core would queue the message for the MX of its domain.
  if (connection.relaying) throw new Error('relaying was set again after it had been cleared');
  return proceed;
}

/** A recipient, and its place in the list of the transaction. */
interface Listed extends Recipient {
  readonly listed: HarakaAddress;
}

/** The recipients left in the transaction, in its order, with the decisions on them. */
function recipientsOf(connection: HarakaConnection, transaction: HarakaTransaction): Listed[] {
  const { recipients } = transactionState(connection, transaction);
  return transaction.rcpt_to.map((recipient) => {
    const decision = recipients.get(recipient);
    if (decision === undefined) throw new Error(`no decision was made on ${recipient.original}`);
    const notary = askedFor(transaction, recipient);
    return { named: recipient.address, decision, notary, listed: recipient };
  });
}

/** Holds the message for all its recipients, who are more than the source channel permits. */
async function holdAll(outgoing: Leaving, recipients: readonly Recipient[]): Promise<HookAnswer> {
  const { plugin, connection, transaction, policy, sender, sourceChannel } = outgoing;
  const file = await holdMessage(gateway().heldFolder(policy), transaction, {
    // pmdf/access may have held the message for other recipients.
    name: `${transaction.uuid}.holdlimit`,
    from: sender.envelopeFrom,
    declared: declaredOf(transaction),
    to: recipients.map(({ named, decision: { address }, notary = noRecipientNotary }) => ({
      address,
      notary: notaryFor(notary, named, address),
    })),
  });
  await stillThere(outgoing);
  connection.lognotice(plugin, `holdlimit of ${sourceChannel}: held for ${recipients.length} in ${file}`);
  return succeed('message held');
}

/** Delivers to all recipients whose mail is not in a loop. */
function deliverTo(outgoing: Leaving, plan: Plan, loops: readonly Loop[]): Eventual<HookAnswer> {
  const { plugin, connection, policy } = outgoing;
  for (const { address } of plan.discarded) connection.lognotice(plugin, `discarded ${address}`);
  const isOurs = plan.through.every(({ route }) => isDeliveredHere(policy, route));
  const isWritten = plan.queued.length > 0 || loops.length > 0;
  return isOurs || isWritten
    ? writeAndSend(outgoing, plan, loops, isOurs)
    : leaveToQueuePlugin(outgoing, plan.through);
}

/** Holds the files of a message, and delivers the rest directly: here, or by a queue plugin. */
async function writeAndSend(
  leaving: Leaving,
  plan: Plan,
  loops: readonly Loop[],
  isOurs: boolean,
): Promise<HookAnswer> {
  const outgoing: Outgoing = { ...leaving, sessions: backendSessions(leaving) };
  const { plugin, connection, transaction, policy, sourceChannel } = outgoing;
  const { copies, queued, refusal } = await prepareCopies(outgoing, isOurs ? plan.through : []);
  if (refusal !== null && copies.length === 0) return refuse(refusal);
  const files: ToHold[] = [
    ...filesOf(
      [...plan.queued, ...queued],
      sourceChannel,
      directMailboxes([...plan.through, ...plan.queued]),
    ),
    ...refusalsOf(loops, policy),
    ...copies.flatMap((copy, at) =>
      isInsured(copy, at) ? insuringFilesOf(copy.deliveries, sourceChannel) : [],
    ),
  ];
  let insurance: Insurance = new Map();
  if (files.length > 0) {
    try {
      insurance = await holdFiles(outgoing, files);
    } catch (error) {
      await discardFiles(transaction);
      if (error instanceof TransactionEnded) throw error;
      connection.logerror(plugin, `the message could not be queued: ${causeOf(error)}`);
      return refuse(reply(451, '4.3.0', 'the message could not be queued, try again later'));
    }
  }
  if (!isOurs) return leaveToQueuePlugin(outgoing, plan.through);
  if (copies.length === 0) return succeed(files.length > 0 ? 'message queued' : 'message accepted');
  const answer = await sendCopies(outgoing, copies, (copy, replies) =>
    settleFiles(outgoing, insurance, copy, replies),
  );
  return answer.code < 300 ? succeed(`${answer.enhanced} ${answer.text}`.trim()) : refuse(answer);
}

/** Delivers the message of the present transaction. */
export function deliverMessage(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  queue: OutboundQueue,
  module: ClientModule,
): Eventual<HookAnswer> {
  const transaction = transactionOf(connection);
  const limit = limitOf(plugin.timeout);
  const deadline = limit === null ? null : Date.now() + limit;
  // Other plugins mark with this note what queue/discard is to take.
  if (transaction.notes.get('discard') === true) return proceed;
  return andThen(senderDecision(connection), (sender) => {
    const { policy } = transactionState(connection, transaction);
    const sourceChannel = sourceChannelOf(connection, policy);
    return deliverFrom({
      plugin,
      connection,
      transaction,
      queue,
      module,
      policy,
      sender,
      sourceChannel,
      deadline,
    });
  });
}

/** Delivers to the recipients that are left in the transaction. */
function deliverFrom(outgoing: Leaving): Eventual<HookAnswer> {
  const { plugin, connection, transaction, policy, sender, sourceChannel } = outgoing;
  const recipients = recipientsOf(connection, transaction);
  if (exceedsHoldLimit(policy, sourceChannel, recipients.length)) return holdAll(outgoing, recipients);

  const loops = findLoops(transaction, recipients);
  for (const { why } of loops) connection.lognotice(plugin, why);
  const [loop] = loops;
  if (loop !== undefined && loops.length === recipients.length) return refuse(loopReply(loop));
  const looping = new Set<Recipient>(loops.map(({ recipient }) => recipient));
  const left = loop === undefined ? recipients : recipients.filter((recipient) => !looping.has(recipient));
  const planner = plannerOf(transaction, policy);
  const planned = planner.keepAll(left.map(({ listed }) => listed));
  for (const recipient of left.slice(planned)) planner.add(recipient.listed, recipient);
  const { joinedPlan: plan, conflict } = planner;
  for (const recipient of left) {
    if (areSeveral(recipient.decision.deliveries)) noteExpanded(transaction, sender.envelopeFrom, recipient);
  }
  if (conflict !== null) throw new Error(`one message would need two queue plugins: ${conflict}`);
  return deliverTo(outgoing, plan, loops);
}
