/*
 * At RCPT: asks the servers that a recipient's message would be handed on to. What they answer is the client's answer.
 */
import { type SenderDecision, senderFor } from '../../lib/decide/index.js';
import type { Policy } from '../../lib/policy/index.js';
import type { Reply } from '../../lib/smtp/index.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from '../haraka/types.js';
import { type HookAnswer, proceed, refuse } from '../support/respond.js';
import { addressLike } from '../support/session.js';
import { type BackendSessions, backendSessions, type SessionsOf } from './backend-sessions.js';
import { isHandedOnHere, type PlannedDelivery } from './plan.js';

/** The envelope From of a copy for a channel, as an address of core. */
export function senderOf(
  policy: Policy,
  sender: SenderDecision,
  transaction: HarakaTransaction,
  channel: string,
): HarakaAddress {
  return addressLike(transaction.mail_from, senderFor(policy, sender, [channel]));
}

/** What asking about a recipient needs to know. */
export interface Asked extends SessionsOf {
  readonly policy: Policy;
  readonly sender: SenderDecision;
  /** The recipient as the client named it. */
  readonly named: string;
  /** The addresses that it became and nobody before it. */
  readonly deliveries: readonly PlannedDelivery[];
}

interface Refusal {
  readonly delivery: PlannedDelivery;
  readonly reply: Reply;
}

function log(connection: HarakaConnection, { plugin, named }: Asked, { delivery, reply }: Refusal): void {
  const { code, enhanced, text } = reply;
  connection.lognotice(
    plugin,
    `recipient <${named}>: the next hop of ${delivery.route.channel} says to ${delivery.address}: ${code} ${enhanced} ${text}`,
  );
}

async function refusals(asked: Asked, sessions: BackendSessions): Promise<Refusal[]> {
  const found: Refusal[] = [];
  for (const delivery of asked.deliveries) {
    if (!isHandedOnHere(asked.policy, delivery.route)) continue;
    const from = senderOf(asked.policy, asked.sender, asked.transaction, delivery.route.channel);
    const given = await sessions.ask(sessions.wayOf(delivery, from), delivery.address);
    if (given.code >= 300) found.push({ delivery, reply: given });
  }
  return found;
}

/**
 * Asks about the addresses of a recipient. It is refused when nobody would get its message; where one of several
 * addresses is refused, the message for that one goes to the queue, which tells its sender.
 */
export async function askNextHop(asked: Asked): Promise<HookAnswer> {
  if (!asked.deliveries.some(({ route }) => isHandedOnHere(asked.policy, route))) return proceed;
  const sessions = backendSessions(asked);
  const found = await refusals(asked, sessions);
  for (const refusal of found) log(asked.connection, asked, refusal);
  if (found.length < asked.deliveries.length) {
    for (const { delivery } of found) sessions.noteRefusal(delivery);
    return proceed;
  }
  const said = found.find(({ reply }) => reply.code < 500) ?? found[0];
  return said === undefined ? proceed : refuse(said.reply);
}
