/*
 * pmdf/forward: general database, aliases, FORWARD mapping and forward database for an install that delivers by other
 * plugins. Recipients become the addresses that they are forwarded to, just before the install's queue plugin takes the
 * message. Beside pmdf/deliver, which delivers by channel and forwards as well, it has nothing left to do.
 * Ref: PMDF 3.1.2.1, 3.4
 */
import { type Delivery, decideReprocessed, type RecipientDecision } from '../../lib/decide/index.js';
import { isReprocessing, type Policy, processChannel } from '../../lib/policy/index.js';
import {
  goesToOutsider,
  type Parameters,
  recipientDecision,
  senderDecision,
  transactionOf,
} from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin } from '../support/haraka.js';
import { joinGateway } from '../support/join-gateway.js';
import { tellMissing as missingTeller } from '../support/missing.js';
import { proceed, refuse, succeed } from '../support/respond.js';
import { addressLike, sessionOf, transactionState } from '../support/session.js';

export { pinDenial } from '../support/pin-denial.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'forward');
  this.register_hook('init_master', 'tellMissing');
  this.register_hook('rcpt', 'vouchForForwarded', -50);
  this.register_hook('deny', 'pinDenial', -100);
  this.register_hook('queue', 'replaceRecipients', -60);
  this.register_hook('queue_outbound', 'replaceRecipients', -60);
}

export const tellMissing = missingTeller('forward');

/** Whether a recipient is one of ours that goes somewhere else; whoever names the outside himself is not ours. */
async function isForwarded(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  { channel, deliveries }: RecipientDecision,
): Promise<boolean> {
  const asReceived = recipient.address.toLowerCase();
  if (channel === null || deliveries.every(({ address }) => address.toLowerCase() === asReceived))
    return false;
  return !(await goesToOutsider(connection, recipient, channel));
}

/** Vouches for recipients that are forwarded, since no other plugin knows of them; refuses what cannot be forwarded. */
export const vouchForForwarded = guard(async function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: readonly [HarakaAddress, Parameters?],
) {
  if (gateway().isEnabled('deliver')) return proceed;
  const [recipient, parameters] = params;
  const decision = await recipientDecision(connection, recipient, parameters);
  if (decision.verdict.kind !== 'accept') return refuse(decision.verdict.reply);
  if (!(await isForwarded(connection, recipient, decision))) return proceed;
  const to = decision.deliveries.map(({ address }) => address).join(' ');
  connection.lognotice(this, `forward ${recipient.original} -> ${to}`);
  return succeed();
});

/** What a recipient became in the end: nothing here takes mail up again, so the process channel's part is done at once. */
async function finalDecision(
  connection: HarakaConnection,
  policy: Policy,
  recipient: HarakaAddress,
): Promise<RecipientDecision> {
  const decision = await recipientDecision(connection, recipient, undefined);
  if (decision.verdict.kind !== 'accept') return decision;
  const sender = await senderDecision(connection);
  const deliveries: Delivery[] = [];
  for (const one of decision.deliveries) {
    if (!isReprocessing(one.channel)) {
      deliveries.push(one);
      continue;
    }
    const { server, sourceChannel } = sessionOf(connection, policy);
    const reprocessed = {
      server,
      envelopeFrom: sender.envelopeFrom,
      address: one.address,
      sourceChannel: one.channel === processChannel ? processChannel : sourceChannel,
      tables: gateway().isEnabled('access'),
    };
    const taken = await gateway().decide(policy, (environment) =>
      decideReprocessed(policy, reprocessed, environment),
    );
    if (taken.verdict.kind !== 'accept') return taken;
    for (const one of taken.deliveries) deliveries.push(one);
  }
  return { ...decision, deliveries };
}

/** Puts the addresses that the recipients became into the transaction; one that may not go refuses the message. */
export const replaceRecipients = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  if (gateway().isEnabled('deliver')) return proceed;
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const replaced = new Map<string, HarakaAddress>();
  for (const recipient of transaction.rcpt_to) {
    const { verdict, deliveries } = await finalDecision(connection, policy, recipient);
    if (verdict.kind !== 'accept') {
      connection.lognotice(
        this,
        `${verdict.kind} recipient ${recipient.original} entry=${verdict.place ?? 'none'}`,
      );
      return refuse(verdict.reply);
    }
    for (const { address } of deliveries) replaced.set(address, addressLike(recipient, address));
  }
  if (replaced.size === 0) throw new Error('the message has no recipient left');
  transaction.rcpt_to = [...replaced.values()];
  return proceed;
});
