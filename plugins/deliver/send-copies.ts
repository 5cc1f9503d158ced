/*
 * At the end of DATA: sends the message directly, a copy for each server and envelope From, while the client waits. The reply to
 * the first copy is the client's. The others are in the queue, on disk, before it is sent: their file is removed when the server
 * accepts the copy, and delivered or bounced by the queue otherwise. So is a first copy that has several recipients and goes to
 * an LMTP server, which answers for each of them: the client gets a refusal only where all of them got it.
 */
import { type Reply, reply, replyLine } from '../../lib/smtp/index.js';
import { type HarakaTransaction, noAnswer, withHeader } from '../haraka/index.js';
import { type Delivered, hasEnded, observer } from '../support/index.js';
import { type NextHopQuery, senderOf } from './ask-next-hop.js';
import { askServers } from './ask-servers.js';
import { type BackendRoute, type BackendSessions, limitOf } from './backend-sessions.js';
import { receivedBody } from './forwarding-loops.js';
import { noteRelayed } from './notary/due-notices.js';
import type { ForwardedBy, PlannedDelivery } from './plan.js';
import { ownTimeout } from './timeouts.js';

/** A copy for one server: at least one recipient. */
export interface DirectCopy {
  readonly route: BackendRoute;
  readonly deliveries: readonly PlannedDelivery[];
  /** Whether others have copies of their own for the same server and sender. */
  readonly isAlone: boolean;
}

/** What sending needs. */
export type Sending = Omit<NextHopQuery, 'named' | 'deliveries'> & {
  readonly sessions: BackendSessions;
  /** When there is no time left, in milliseconds since the epoch; null for never. */
  readonly deadline: number | null;
};

/** The copies to be sent, the deliveries that go to the queue instead, and the first refusal among those. */
export interface Prepared {
  readonly copies: readonly DirectCopy[];
  readonly queued: readonly PlannedDelivery[];
  readonly refusal: Reply | null;
}

function sortIntoCopies(sending: Sending, deliveries: readonly PlannedDelivery[]): DirectCopy[] {
  const { policy, sender, transaction, sessions } = sending;
  const groups = new Map<string, { route: BackendRoute; deliveries: PlannedDelivery[] }>();
  for (const delivery of deliveries) {
    const route = sessions.routeOf(delivery, senderOf(policy, sender, transaction, delivery.route.channel));
    const isSingle = route.backend.oneEach || delivery.route.directCopies === 'single';
    const key = isSingle ? `${route.key} ${delivery.address}` : route.key;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { route, deliveries: [delivery] });
    else group.deliveries.push(delivery);
  }
  const copies = [...groups.values()];
  const perRoute = new Map<string, number>();
  for (const { route } of copies) perRoute.set(route.key, (perRoute.get(route.key) ?? 0) + 1);
  return copies.map((copy) => ({ ...copy, isAlone: perRoute.get(copy.route.key) === 1 }));
}

/** The share of the time left that naming recipients may take, so that the message can still be sent to others. */
const shareForNaming = 0.5;

/** Names exactly the recipients of copies to their servers, each copy to another one; gives those that are refused. */
async function nameRecipients(
  { sessions }: Sending,
  copies: readonly DirectCopy[],
  limitMs: number | null,
): Promise<ReadonlyMap<PlannedDelivery, Reply>> {
  const unnamed = copies.filter(({ route, deliveries }) => !sessions.isReadyFor(route, deliveries));
  for (const { route } of unnamed) sessions.begin(route);
  const replies = await askServers(sessions, unnamed, limitMs);
  return new Map([...replies].filter(([, { code }]) => code >= 300));
}

/** The milliseconds that are left; null for no limit. */
function timeLeft({ deadline }: Sending): number | null {
  return deadline === null ? null : Math.max(0, deadline - Date.now());
}

/**
 * Makes the copies of a message and names the recipients to each server, where that was not done at RCPT. A recipient that is
 * refused now, or whose server is silent, goes to the queue, if there are others to send to.
 */
export async function prepareCopies(
  sending: Sending,
  through: readonly PlannedDelivery[],
): Promise<Prepared> {
  const { sessions } = sending;
  const queued = through.filter((one) => sessions.wasRefused(one));
  const wanted = sortIntoCopies(
    sending,
    through.filter((one) => !sessions.wasRefused(one)),
  );
  const left = timeLeft(sending);
  // Copies that share a connection are prepared one after the other, as they are sent.
  const refused = await nameRecipients(
    sending,
    wanted.filter(({ isAlone }) => isAlone),
    left === null ? null : left * shareForNaming,
  );
  const copies: DirectCopy[] = [];
  for (const copy of wanted) {
    const deliveries = copy.deliveries.filter((one) => !refused.has(one));
    if (deliveries.length > 0) copies.push({ ...copy, deliveries });
    for (const one of copy.deliveries) if (refused.has(one)) queued.push(one);
  }
  const [refusal = null] = queued.flatMap((one) => refused.get(one) ?? []);
  return { copies, queued, refusal };
}

/** What forwards all recipients of a copy; null when one gets it as the client sent it. */
export function forwardsAll(deliveries: readonly PlannedDelivery[]): ForwardedBy | null {
  const by = deliveries[0]?.forwardedBy ?? null;
  return deliveries.every(({ forwardedBy }) => forwardedBy?.named === by?.named) ? by : null;
}

/** What was said of each delivery of a copy. */
export type CopyReplies = ReadonlyMap<PlannedDelivery, Reply>;

/** Whether the message must be in the queue for a copy before it is sent, by its place among the copies. */
export function isInsured({ route, deliveries }: DirectCopy, place: number): boolean {
  return place > 0 || (route.backend.protocol === 'lmtp' && deliveries.length > 1);
}

function forAll({ deliveries }: DirectCopy, given: Reply): CopyReplies {
  return new Map(deliveries.map((one) => [one, given]));
}

function logReplies({ connection, plugin }: Sending, { route }: DirectCopy, replies: CopyReplies): void {
  const counts = new Map<string, number>();
  for (const one of replies.values()) {
    const line = replyLine(one);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  for (const [line, count] of counts) {
    connection.loginfo(plugin, `sent to ${route.backend.name} for ${count}: ${line}`);
  }
}

function outcomeOf({ code }: Reply): Delivered {
  if (code < 300) return 'delivered';
  return code < 500 ? 'deferred' : 'bounced';
}

function observe({ connection, transaction, sender }: Sending, host: string, replies: CopyReplies): void {
  const present = observer();
  if (present === null) return;
  for (const [{ route }, given] of replies) present.delivered(route.channel, outcomeOf(given), 1);
  present.sent?.(
    [...replies].map(([{ route, address }, given]) => ({
      connection,
      transaction,
      channel: route.channel,
      envelopeFrom: sender.envelopeFrom,
      address,
      host,
      reply: given,
    })),
  );
}

/** How long the reply to the message may take, in milliseconds; null for no limit. */
function limitFor(sending: Sending, { route }: DirectCopy): number | null {
  const own = limitOf(route.backend.timeout ?? ownTimeout(sending.plugin));
  const left = timeLeft(sending);
  return left === null ? own : Math.min(left, own ?? left);
}

async function send(sending: Sending, copy: DirectCopy, place: number): Promise<CopyReplies> {
  const { transaction, sessions } = sending;
  const { route, deliveries } = copy;
  const refused = await nameRecipients(sending, [copy], timeLeft(sending));
  if (refused.size === deliveries.length) return refused;
  const isEachAlone = route.backend.protocol === 'lmtp' && isInsured(copy, place);
  if (refused.size > 0 && !isEachAlone) return forAll(copy, lessAccepted);
  const received = receivedBody(forwardsAll(deliveries), transaction.uuid);
  const header = received === null ? [] : [`Received: ${received}`];
  const said = await sessions.send(
    route,
    deliveries.filter((one) => !refused.has(one)).map(({ address }) => address),
    withHeader(transaction.message_stream, header),
    limitFor(sending, copy),
  );
  const replies = new Map(
    deliveries.map((one) => [one, refused.get(one) ?? said.get(one.address) ?? noAnswer]),
  );
  logReplies(sending, copy, replies);
  observe(sending, route.backend.name, replies);
  if (!sessions.reportsDelivery(route)) {
    noteRelayed(transaction, {
      envelopeFrom: sending.sender.envelopeFrom,
      deliveries: deliveries.filter((one) => isAccepted(replies, one)),
      server: route.backend.host,
      replyTo: (one) => replies.get(one) ?? null,
    });
  }
  return replies;
}

function isAccepted(replies: CopyReplies, delivery: PlannedDelivery): boolean {
  const given = replies.get(delivery);
  return given !== undefined && given.code < 300;
}

const lessAccepted = reply(
  451,
  '4.5.0',
  'the next mail server no longer accepts all recipients, try again later',
);
const tooLate = reply(451, '4.4.1', 'no time is left to deliver the message');
const kept = reply(250, '2.0.0', 'message queued');

/** The client's answer: a refusal where all recipients got one, all of them for now or all for good. */
function answerFrom(replies: CopyReplies): Reply {
  const all = [...replies.values()];
  const [first = noAnswer] = all;
  const accepted = all.find(({ code }) => code < 300);
  if (accepted !== undefined) return accepted;
  const isFinal = ({ code }: Reply): boolean => code >= 500;
  return all.every(isFinal) || !all.some(isFinal) ? first : kept;
}

/**
 * Sends the copies one after the other and gives the client's answer, which the first decides. `settle` is called with what was
 * said of each copy that is not refused as a whole by that. When the client leaves, no further copy is sent.
 */
export async function sendCopies(
  sending: Sending,
  copies: readonly DirectCopy[],
  settle: (copy: DirectCopy, replies: CopyReplies) => Promise<void>,
): Promise<Reply> {
  const { connection, transaction } = sending;
  let answer = tooLate;
  for (const [at, copy] of copies.entries()) {
    const replies = timeLeft(sending) === 0 ? forAll(copy, tooLate) : await send(sending, copy, at);
    if (at === 0) answer = answerFrom(replies);
    if (answer.code >= 300) return answer;
    if (!isThere(connection, transaction)) return answer;
    await settle(copy, replies);
  }
  return answer;
}

function isThere(connection: Sending['connection'], transaction: HarakaTransaction): boolean {
  return connection.transaction === transaction && !hasEnded(transaction);
}
