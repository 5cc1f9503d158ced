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
} from '../haraka/index.js';
import { type HookAnswer, proceed, refuse } from '../support/index.js';
import { type BackendSessions, backendSessions, type SessionsOf } from './backend-sessions.js';
import { isDeliveredHere, type PlannedDelivery } from './plan.js';

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

async function refusals(query: NextHopQuery, sessions: BackendSessions): Promise<Refusal[]> {
  const found: Refusal[] = [];
  for (const delivery of query.deliveries) {
    if (!isDeliveredHere(query.policy, delivery.route)) continue;
    const from = senderOf(query.policy, query.sender, query.transaction, delivery.route.channel);
    const given = await sessions.ask(sessions.routeOf(delivery, from), delivery);
    if (given.code >= 300) found.push({ delivery, reply: given });
  }
  return found;
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
