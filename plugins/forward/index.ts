/*
 * pmdf/forward: general database, aliases, FORWARD mapping and forward database for an install that delivers by other plugins.
 * Recipients are replaced by the addresses that they are forwarded to, just before the install's queue plugin gets the message.
 * With pmdf/deliver enabled, which forwards as well, it does nothing.
 * Ref: PMDF 3.1.2.1, 3.4
 */
import { isDirectoryChannelName } from '../../lib/channel/index.js';
import { type Delivery, decideReprocessed, type RecipientDecision } from '../../lib/decide/index.js';
import { ambiguousReply } from '../../lib/directory/index.js';
import { isReprocessing, type Policy } from '../../lib/policy/index.js';
import { reject } from '../../lib/smtp/index.js';
import {
  addressLike,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
} from '../haraka/index.js';
import {
  andThen,
  type Eventual,
  gateway,
  goesToOutsider,
  guard,
  type HookAnswer,
  joinGateway,
  type Parameters,
  proceed,
  recipientDecision,
  refuse,
  senderDecision,
  sessionOf,
  succeed,
  transactionOf,
  transactionState,
} from '../support/index.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'forward');
  this.register_hook('rcpt', 'acceptForwarded', -50);
  this.register_hook('queue', 'replaceRecipients', -60);
  this.register_hook('queue_outbound', 'replaceRecipients', -60);
}

/** Whether a recipient of ours is forwarded; one that names the outside itself is not ours. */
function isForwarded(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  { channel, deliveries }: RecipientDecision,
): Eventual<boolean> {
  const asReceived = recipient.address.toLowerCase();
  const stays = ({ address, channel: way }: Delivery): boolean =>
    address.toLowerCase() === asReceived && !isDirectoryChannelName(way);
  if (channel === null || deliveries.every(stays)) return false;
  return andThen(goesToOutsider(connection, recipient, channel), (isOutside) => !isOutside);
}

/** A name that a directory channel found ambiguous. Without pmdf/deliver nobody writes notices, so it is refused. */
function ambiguousOf(deliveries: readonly Delivery[]): Delivery | undefined {
  return deliveries.find(({ candidates }) => candidates !== undefined);
}

/** Accepts recipients that are forwarded, since no other plugin knows them; refuses those that cannot be. */
export const acceptForwarded = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [recipient, parameters],
) {
  if (gateway().isEnabled('deliver')) return proceed;
  return andThen(recipientDecision(connection, recipient, parameters), (decision) => {
    const { verdict, deliveries } = decision;
    if (verdict.kind !== 'accept') return refuse(verdict.reply);
    const ambiguous = ambiguousOf(deliveries);
    if (ambiguous !== undefined) return refuse(ambiguousReply(ambiguous.address));
    return andThen(isForwarded(connection, recipient, decision), (forwards) => {
      if (!forwards) return proceed;
      const to = deliveries.map(({ address }) => address).join(' ');
      connection.lognotice(this, `forward ${recipient.original} -> ${to}`);
      return succeed();
    });
  });
});

/** The final decision on a recipient: without pmdf/deliver nothing reprocesses mail, so both passes are decided at once. */
async function finalDecision(
  connection: HarakaConnection,
  policy: Policy,
  recipient: HarakaAddress,
): Promise<RecipientDecision> {
  const decision = await recipientDecision(connection, recipient);
  if (decision.verdict.kind !== 'accept') return decision;
  const sender = await senderDecision(connection);
  const deliveries: Delivery[] = [];
  const ambiguous = ambiguousOf(decision.deliveries);
  if (ambiguous !== undefined) {
    return { ...decision, verdict: reject(null, ambiguousReply(ambiguous.address)), deliveries };
  }
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
      channel: one.channel,
      source: sourceChannel,
      tables: gateway().isEnabled('access'),
    };
    const second = await gateway().decide(policy, (environment) =>
      decideReprocessed(policy, reprocessed, environment),
    );
    if (second.verdict.kind !== 'accept') return second;
    for (const one of second.deliveries) deliveries.push(one);
  }
  return { ...decision, deliveries };
}

/** Replaces the recipients by their final addresses; one that is not accepted refuses the message. */
export const replaceRecipients = guard(function (connection) {
  return gateway().isEnabled('deliver') ? proceed : replace(this, connection);
});

async function replace(plugin: HarakaPlugin, connection: HarakaConnection): Promise<HookAnswer> {
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const replaced = new Map<string, HarakaAddress>();
  for (const recipient of transaction.rcpt_to) {
    const { verdict, deliveries } = await finalDecision(connection, policy, recipient);
    if (verdict.kind !== 'accept') {
      connection.lognotice(
        plugin,
        `${verdict.kind} recipient ${recipient.original} entry=${verdict.place ?? 'none'}`,
      );
      return refuse(verdict.reply);
    }
    for (const { address } of deliveries) replaced.set(address, addressLike(recipient, address));
  }
  if (replaced.size === 0) throw new Error('the message has no recipient left');
  transaction.rcpt_to = [...replaced.values()];
  return proceed;
}
