/*
 * At RCPT: asks the next mail servers of a recipient whether they accept it. Their reply is the client's reply.
 */
import { type SenderDecision, senderFor } from '../../lib/decide/index.js';
import type { Policy } from '../../lib/policy/index.js';
import type { Reply } from '../../lib/smtp/index.js';
import {
  addressLike,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaTransaction,
  noAnswer,
} from '../haraka/index.js';
import { type HookAnswer, proceed, refuse } from '../support/index.js';
import {
  type BackendRoute,
  type BackendSessions,
  backendSessions,
  type SessionsOf,
} from './backend-sessions.js';
import { isDeliveredHere, type PlannedDelivery } from './plan.js';
import { hookLimitOf } from './timeouts.js';

/** The envelope From of a copy for a channel, as an address of core. */
export function senderOf(
  policy: Policy,
  sender: SenderDecision,
  transaction: HarakaTransaction,
  channel: string,
): HarakaAddress {
  return addressLike(transaction.mail_from, senderFor(policy, sender, [channel]));
}

/** A recipient to ask about. */
export interface NextHopQuery extends SessionsOf {
  readonly policy: Policy;
  readonly sender: SenderDecision;
  /** The recipient as the client named it. */
  readonly named: string;
  /** The addresses that it became and no recipient before it. */
  readonly deliveries: readonly PlannedDelivery[];
}

interface Refusal {
  readonly delivery: PlannedDelivery;
  readonly reply: Reply;
}

function log(
  connection: HarakaConnection,
  { plugin, named }: NextHopQuery,
  { delivery, reply }: Refusal,
): void {
  const { code, enhanced, text } = reply;
  connection.lognotice(
    plugin,
    `recipient <${named}>: the next hop of ${delivery.route.channel} answered for ${delivery.address}: ${code} ${enhanced} ${text}`,
  );
}

/** Deliveries to one server, with the sender that it hears. */
interface Group {
  readonly route: BackendRoute;
  readonly deliveries: PlannedDelivery[];
}

function byServer(
  { policy, sender, transaction, deliveries }: NextHopQuery,
  sessions: BackendSessions,
): Group[] {
  const groups = new Map<string, Group>();
  for (const delivery of deliveries) {
    if (!isDeliveredHere(policy, delivery.route)) continue;
    const route = sessions.routeOf(delivery, senderOf(policy, sender, transaction, delivery.route.channel));
    const group = groups.get(route.key);
    if (group === undefined) groups.set(route.key, { route, deliveries: [delivery] });
    else group.deliveries.push(delivery);
  }
  return [...groups.values()];
}

/** Asks all servers at once, since silent ones would use up the time of the others. What is not answered in time gets `noAnswer`. */
async function repliesTo(
  query: NextHopQuery,
  sessions: BackendSessions,
): Promise<ReadonlyMap<PlannedDelivery, Reply>> {
  const replies = new Map<PlannedDelivery, Reply>();
  const limitMs = hookLimitOf(query.plugin.timeout);
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<Reply>((resolve) => {
    if (limitMs === null) return;
    timer = setTimeout(() => {
      isLate = true;
      resolve(noAnswer);
    }, limitMs);
  });
  const ask = async ({ route, deliveries }: Group): Promise<void> => {
    for (const delivery of deliveries) {
      replies.set(delivery, isLate ? noAnswer : await Promise.race([sessions.ask(route, delivery), end]));
    }
  };
  try {
    await Promise.all(byServer(query, sessions).map(ask));
  } finally {
    clearTimeout(timer);
  }
  return replies;
}

async function refusals(query: NextHopQuery, sessions: BackendSessions): Promise<Refusal[]> {
  const replies = await repliesTo(query, sessions);
  return query.deliveries.flatMap((delivery) => {
    const given = replies.get(delivery);
    return given === undefined || given.code < 300 ? [] : [{ delivery, reply: given }];
  });
}

/**
 * Asks about the addresses of a recipient. It is refused when all of them are; where one of several is refused, the message
 * for that one goes to the queue, which bounces it.
 */
export async function askNextHop(query: NextHopQuery): Promise<HookAnswer> {
  const sessions = backendSessions(query);
  const found = await refusals(query, sessions);
  for (const refusal of found) log(query.connection, query, refusal);
  if (found.length < query.deliveries.length) {
    for (const { delivery } of found) sessions.noteRefusal(delivery);
    return proceed;
  }
  const said = found.find(({ reply }) => reply.code < 500) ?? found[0];
  return said === undefined ? proceed : refuse(said.reply);
}
