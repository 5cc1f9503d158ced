/*
 * At the end of DATA: sends the message directly, a copy for each server and envelope From, while the client waits. The reply to
 * the first copy is the client's. The others are in the queue, on disk, before it is sent: their file is removed when the server
 * accepts the copy, and delivered by the queue otherwise.
 */
import { type Reply, reply } from '../../lib/smtp/index.js';
import { type HarakaTransaction, withHeader } from '../haraka/index.js';
import { hasEnded } from '../support/index.js';
import { type NextHopQuery, senderOf } from './ask-next-hop.js';
import { type BackendRoute, type BackendSessions, limitOf } from './backend-sessions.js';
import { receivedBody } from './forwarding-loops.js';
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
    const isSingle = route.backend.oneEach || delivery.route.copies === 'single';
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

/** Names exactly the recipients of a copy to its server; gives those that it refuses. */
async function nameRecipients(
  { sessions }: Sending,
  { route, deliveries }: DirectCopy,
): Promise<ReadonlyMap<PlannedDelivery, Reply>> {
  const refused = new Map<PlannedDelivery, Reply>();
  if (
    sessions.isReadyFor(
      route,
      deliveries.map((one) => one.address),
    )
  )
    return refused;
  sessions.begin(route);
  for (const delivery of deliveries) {
    const given = await sessions.ask(route, delivery.address);
    if (given.code >= 300) refused.set(delivery, given);
  }
  return refused;
}

/**
 * Makes the copies of a message and names the recipients to each server, where that was not done at RCPT. A recipient that is
 * refused now goes to the queue, if there are others to send to.
 */
export async function prepareCopies(
  sending: Sending,
  through: readonly PlannedDelivery[],
): Promise<Prepared> {
  const { sessions } = sending;
  const queued = through.filter((one) => sessions.wasRefused(one));
  const copies: DirectCopy[] = [];
  let refusal: Reply | null = null;
  for (const copy of sortIntoCopies(
    sending,
    through.filter((one) => !sessions.wasRefused(one)),
  )) {
    // Copies that share a connection are prepared one after the other.
    const refused = copy.isAlone ? await nameRecipients(sending, copy) : new Map<PlannedDelivery, Reply>();
    for (const [delivery, given] of refused) {
      refusal ??= given;
      queued.push(delivery);
    }
    const deliveries = copy.deliveries.filter((one) => !refused.has(one));
    if (deliveries.length > 0) copies.push({ ...copy, deliveries });
  }
  return { copies, queued, refusal };
}

/** What forwards all recipients of a copy; null when one gets it as the client sent it. */
export function forwardsAll(deliveries: readonly PlannedDelivery[]): ForwardedBy | null {
  const by = deliveries[0]?.forwardedBy ?? null;
  return deliveries.every(({ forwardedBy }) => forwardedBy?.named === by?.named) ? by : null;
}

async function send(sending: Sending, copy: DirectCopy, limitMs: number | null): Promise<Reply> {
  const { connection, plugin, transaction, sessions } = sending;
  const [refusal] = (await nameRecipients(sending, copy)).values();
  if (refusal !== undefined) return refusal;
  const received = receivedBody(forwardsAll(copy.deliveries), transaction.uuid);
  const header = received === null ? [] : [`Received: ${received}`];
  const given = await sessions.send(copy.route, withHeader(transaction.message_stream, header), limitMs);
  connection.loginfo(
    plugin,
    `sent to ${copy.route.backend.name} for ${copy.deliveries.length}: ${given.code} ${given.enhanced} ${given.text}`,
  );
  return given;
}

const tooLate = reply(451, '4.4.1', 'no time is left to deliver the message');

/**
 * Sends the copies one after the other and gives the reply to the first. `accepted` is called for each other copy that a server
 * accepted. When the client leaves, no further copy is sent.
 */
export async function sendCopies(
  sending: Sending,
  copies: readonly DirectCopy[],
  accepted: (copy: DirectCopy) => Promise<void>,
): Promise<Reply> {
  const { connection, plugin, transaction, deadline } = sending;
  let answer = tooLate;
  for (const [at, copy] of copies.entries()) {
    const own = limitOf(copy.route.backend.timeout ?? ownTimeout(plugin));
    const left = deadline === null ? own : Math.min(deadline - Date.now(), own ?? Number.POSITIVE_INFINITY);
    const given = left !== null && left <= 0 ? tooLate : await send(sending, copy, left);
    if (at === 0) answer = given;
    if (at === 0 && given.code >= 300) return answer;
    if (!isThere(connection, transaction)) return answer;
    if (at === 0) continue;
    if (given.code < 300) await accepted(copy);
    else {
      const { code, enhanced, text } = given;
      connection.lognotice(plugin, `queued for ${copy.route.backend.name}: ${code} ${enhanced} ${text}`);
    }
  }
  return answer;
}

function isThere(connection: Sending['connection'], transaction: HarakaTransaction): boolean {
  return connection.transaction === transaction && !hasEnded(transaction);
}
