/*
 * At the end of DATA: hands the message on, a copy for each server and envelope From, while the client waits. The first
 * copy decides what the client is told. The others are in the queue, on disk, before it is sent: such a file goes when
 * its copy was taken, and is delivered by the queue when it was not.
 */
import { type Reply, reply } from '../../lib/smtp/index.js';
import { withHeader } from '../haraka/message/message-text.js';
import type { HarakaTransaction } from '../haraka/types.js';
import { hasEnded } from '../support/ended-transactions.js';
import { type Asked, senderOf } from './ask-next-hop.js';
import { type BackendSessions, limitOf, type Way } from './backend-sessions.js';
import { receivedBody } from './forwarding-loops.js';
import type { ForwardedBy, PlannedDelivery } from './plan.js';
import { ownTimeout } from './timeouts.js';

/** A copy for one server: at least one recipient. */
export interface HandedCopy {
  readonly way: Way;
  readonly deliveries: readonly PlannedDelivery[];
  /** Whether others have copies of their own for the same server and sender. */
  readonly isAlone: boolean;
}

/** Who hands on, and what. */
export type Handing = Omit<Asked, 'named' | 'deliveries'> & {
  readonly sessions: BackendSessions;
  /** When there is no time left, in milliseconds since the epoch; null for never. */
  readonly deadline: number | null;
};

/** What is ready to be sent, what goes to the queue in its place, and what was said to those. */
export interface Prepared {
  readonly copies: readonly HandedCopy[];
  readonly queued: readonly PlannedDelivery[];
  readonly refusal: Reply | null;
}

function sortIntoCopies(handing: Handing, deliveries: readonly PlannedDelivery[]): HandedCopy[] {
  const { policy, sender, transaction, sessions } = handing;
  const groups = new Map<string, { way: Way; deliveries: PlannedDelivery[] }>();
  for (const delivery of deliveries) {
    const way = sessions.wayOf(delivery, senderOf(policy, sender, transaction, delivery.route.channel));
    const isSingle = way.backend.oneEach || delivery.route.copies === 'single';
    const key = isSingle ? `${way.key} ${delivery.address}` : way.key;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { way, deliveries: [delivery] });
    else group.deliveries.push(delivery);
  }
  const copies = [...groups.values()];
  const perWay = new Map<string, number>();
  for (const { way } of copies) perWay.set(way.key, (perWay.get(way.key) ?? 0) + 1);
  return copies.map((copy) => ({ ...copy, isAlone: perWay.get(copy.way.key) === 1 }));
}

/** Has a server accept exactly the recipients of a copy; gives those that it refuses. */
async function nameRecipients(
  { sessions }: Handing,
  { way, deliveries }: HandedCopy,
): Promise<ReadonlyMap<PlannedDelivery, Reply>> {
  const refused = new Map<PlannedDelivery, Reply>();
  if (
    sessions.isReadyFor(
      way,
      deliveries.map((one) => one.address),
    )
  )
    return refused;
  sessions.begin(way);
  for (const delivery of deliveries) {
    const given = await sessions.ask(way, delivery.address);
    if (given.code >= 300) refused.set(delivery, given);
  }
  return refused;
}

/**
 * Makes the copies of a message and has each server accept its recipients, where it has not done so at RCPT. Whom one
 * refuses now goes to the queue, if there is anybody else to hand the message on to.
 */
export async function prepareCopies(
  handing: Handing,
  through: readonly PlannedDelivery[],
): Promise<Prepared> {
  const { sessions } = handing;
  const queued = through.filter((one) => sessions.wasRefused(one));
  const copies: HandedCopy[] = [];
  let refusal: Reply | null = null;
  for (const copy of sortIntoCopies(
    handing,
    through.filter((one) => !sessions.wasRefused(one)),
  )) {
    // Copies that share a connection are prepared when their turn comes.
    const refused = copy.isAlone ? await nameRecipients(handing, copy) : new Map<PlannedDelivery, Reply>();
    for (const [delivery, given] of refused) {
      refusal ??= given;
      queued.push(delivery);
    }
    const deliveries = copy.deliveries.filter((one) => !refused.has(one));
    if (deliveries.length > 0) copies.push({ ...copy, deliveries });
  }
  return { copies, queued, refusal };
}

/** What forwards a whole copy; null when somebody gets it as the client sent it. */
export function forwardsAll(deliveries: readonly PlannedDelivery[]): ForwardedBy | null {
  const by = deliveries[0]?.forwardedBy ?? null;
  return deliveries.every(({ forwardedBy }) => forwardedBy?.named === by?.named) ? by : null;
}

async function send(handing: Handing, copy: HandedCopy, limitMs: number | null): Promise<Reply> {
  const { connection, plugin, transaction, sessions } = handing;
  const [refusal] = (await nameRecipients(handing, copy)).values();
  if (refusal !== undefined) return refusal;
  const received = receivedBody(forwardsAll(copy.deliveries), transaction.uuid);
  const header = received === null ? [] : [`Received: ${received}`];
  const given = await sessions.send(copy.way, withHeader(transaction.message_stream, header), limitMs);
  connection.loginfo(
    plugin,
    `handed on to ${copy.way.backend.name} for ${copy.deliveries.length}: ${given.code} ${given.enhanced} ${given.text}`,
  );
  return given;
}

const tooLate = reply(451, '4.4.1', 'no time is left to hand the message on');

/**
 * Sends the copies one after the other and gives the answer to the first. `taken` is told of each other copy that a
 * server took. When the client leaves, no further copy is sent.
 */
export async function sendCopies(
  handing: Handing,
  copies: readonly HandedCopy[],
  taken: (copy: HandedCopy) => Promise<void>,
): Promise<Reply> {
  const { connection, plugin, transaction, deadline } = handing;
  let answer = tooLate;
  for (const [at, copy] of copies.entries()) {
    const own = limitOf(copy.way.backend.timeout ?? ownTimeout(plugin));
    const left = deadline === null ? own : Math.min(deadline - Date.now(), own ?? Number.POSITIVE_INFINITY);
    const given = left !== null && left <= 0 ? tooLate : await send(handing, copy, left);
    if (at === 0) answer = given;
    if (at === 0 && given.code >= 300) return answer;
    if (!isThere(connection, transaction)) return answer;
    if (at === 0) continue;
    if (given.code < 300) await taken(copy);
    else {
      const { code, enhanced, text } = given;
      connection.lognotice(plugin, `queued for ${copy.way.backend.name}: ${code} ${enhanced} ${text}`);
    }
  }
  return answer;
}

function isThere(connection: Handing['connection'], transaction: HarakaTransaction): boolean {
  return connection.transaction === transaction && !hasEnded(transaction);
}
