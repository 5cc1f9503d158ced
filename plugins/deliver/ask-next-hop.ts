/*
 * At RCPT: asks the next mail servers of a recipient whether they accept it. Their reply is the client's reply.
 */
import { type SenderDecision, senderFor } from '../../lib/decide/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { type Reply, replyLine } from '../../lib/smtp/index.js';
import {
  addressLike,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaTransaction,
} from '../haraka/index.js';
import { type HookAnswer, proceed, refuse } from '../support/index.js';
import { askServers, type ServerQuestion } from './ask-servers.js';
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
  connection.lognotice(
    plugin,
    `recipient <${named}>: the next hop of ${delivery.route.channel} answered for ${delivery.address}: ${replyLine(reply)}`,
  );
}

/** The deliveries that are made directly, sorted by server and by the sender that it hears. */
function questionsOf(
  { policy, sender, transaction, deliveries }: NextHopQuery,
  sessions: BackendSessions,
): ServerQuestion[] {
  const questions = new Map<string, { route: BackendRoute; deliveries: PlannedDelivery[] }>();
  for (const delivery of deliveries) {
    if (!isDeliveredHere(policy, delivery.route)) continue;
    const route = sessions.routeOf(delivery, senderOf(policy, sender, transaction, delivery.route.channel));
    const question = questions.get(route.key);
    if (question === undefined) questions.set(route.key, { route, deliveries: [delivery] });
    else question.deliveries.push(delivery);
  }
  return [...questions.values()];
}

async function refusals(query: NextHopQuery, sessions: BackendSessions): Promise<Refusal[]> {
  const limitMs = hookLimitOf(query.plugin.timeout);
  const replies = await askServers(sessions, questionsOf(query, sessions), limitMs);
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
