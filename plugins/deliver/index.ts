/*
 * pmdf/deliver: vouches for recipients whose address reaches a channel, and sends each by the way of its channel.
 * Listed last among the recipient plugins.
 */
import * as constants from 'haraka-constants';
import {
  channelNamed,
  deliveryRoute,
  hasKeyword,
  type Policy,
  type RecipientDecision,
  reply,
} from '../../lib/index.js';
import { type Parameters, recipientDecision, transactionOf } from '../support/decisions.js';
import { gateway, joinGateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, Next } from '../support/haraka.js';
import { tellMissing as missingTeller } from '../support/missing.js';
import { proceed, refuse, succeed } from '../support/respond.js';
import { transactionState } from '../support/session.js';
import { missingThroughPlugin } from './check-install.js';
import { chooseNextHop, type HarakaMail } from './choose-next-hop.js';
import { deliverMessage } from './deliver-message.js';
import { commitFiles, discardFiles } from './hold.js';
import { type OutboundQueue, openOutboundQueue } from './outbound-queue.js';
import { planDeliveries } from './plan.js';

export { pinDenial } from '../support/pin-denial.js';

let queue: OutboundQueue | undefined;

function outboundQueue(): OutboundQueue {
  if (queue === undefined) throw new Error('pmdf/deliver is used before it registered');
  return queue;
}

/** Registers the hooks; throws when the configuration is broken or this Haraka is not one that we know. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'deliver');
  this.register_hook('init_master', 'tellMissing');
  queue = openOutboundQueue(this);
  this.register_hook('init_master', 'checkInstall', 0);
  this.register_hook('init_child', 'checkInstall', 0);
  this.register_hook('rcpt', 'vouch', 90);
  this.register_hook('deny', 'pinDenial', -100);
  this.register_hook('data_post', 'takeBackRelaying', 100);
  this.register_hook('queue', 'deliver', -50);
  this.register_hook('queue_outbound', 'deliver', -50);
  this.register_hook('queue_ok', 'commit', -50);
  this.register_hook('reset_transaction', 'discard', -50);
  this.register_hook('get_mx', 'nextHop', -100);
}

/** When all plugins are loaded: what the channels need must be among them, or Haraka does not start. */
export function checkInstall(this: HarakaPlugin, next: Next): void {
  const missing = missingThroughPlugin(gateway().policy, outboundQueue());
  if (missing === null) {
    next();
    return;
  }
  process.stderr.write(`${missing}\n`);
  // Core goes on after a throw here; a denial ends it.
  next(constants.deny, missing);
}

/**
 * Without pmdf/access nobody else has judged whether a client may reach the outside: that is then left to whoever sets
 * relaying, and to Haraka, which refuses what nobody vouches for.
 */
function mayVouch(connection: HarakaConnection, policy: Policy, decision: RecipientDecision): boolean {
  if (gateway().isEnabled('access') || connection.relaying) return true;
  const { channel } = decision;
  // What the site itself forwards from one of its own channels is its mail, wherever it goes.
  return channel !== null && !hasKeyword(channelNamed(policy, channel), 'switchchannel');
}

/** Vouches for a recipient, or says why it cannot be delivered. */
export const vouch = guard(async function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: readonly [HarakaAddress, Parameters?],
) {
  const [recipient, parameters] = params;
  const decision = await recipientDecision(connection, recipient, parameters);
  if (decision.verdict.kind !== 'accept') return refuse(decision.verdict.reply);
  const transaction = transactionOf(connection);
  const { policy, recipients } = transactionState(connection, transaction);
  if (!mayVouch(connection, policy, decision)) return proceed;
  const decisions = transaction.rcpt_to.flatMap((one) => recipients.get(one) ?? []);
  const { conflict } = planDeliveries(policy, decisions);
  if (conflict !== null) {
    connection.lognotice(this, `defer recipient ${recipient.original}: two next hops, ${conflict}`);
    return refuse(reply(450, '4.5.3', 'this recipient needs a message of its own, send it again'));
  }
  const ways = decision.deliveries.map(({ address, channel }) => {
    return `${channel}(${deliveryRoute(policy, channel).method}):${address}`;
  });
  connection.loginfo(this, `accept recipient ${recipient.original} -> ${ways.join(' ')}`);
  return succeed();
});

/**
 * Decides on recipients for whom another plugin vouched before we were asked. Where one is handed on, core must run the
 * hook `queue`: smtp_forward is off in `queue_outbound`.
 */
export const takeBackRelaying = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const transaction = transactionOf(connection);
  const decisions: RecipientDecision[] = [];
  for (const recipient of transaction.rcpt_to) {
    const decision = await recipientDecision(connection, recipient, undefined);
    if (decision.verdict.kind !== 'accept') {
      connection.lognotice(
        this,
        `${decision.verdict.kind} message: recipient ${recipient.original} cannot be delivered`,
      );
      return refuse(decision.verdict.reply);
    }
    decisions.push(decision);
  }
  const { policy } = transactionState(connection, transaction);
  const { plan, conflict } = planDeliveries(policy, decisions);
  if (conflict !== null)
    return refuse(reply(450, '4.5.3', 'these recipients need a message each, send them again'));
  if (plan.through.length > 0) connection.relaying = false;
  return proceed;
});

/** Delivers the message. */
export const deliver = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  return await deliverMessage(this, connection, outboundQueue());
});

/** The client is about to be told 250: what was held goes out. */
export const commit = guard(
  (connection) => {
    if (connection.transaction !== null) commitFiles(connection.transaction, outboundQueue());
    return proceed;
  },
  () => proceed,
);

/** The transaction ended without 250: what was held must not go out. */
export const discard = guard(
  async (connection) => {
    if (connection.transaction !== null) await discardFiles(connection.transaction);
    return proceed;
  },
  () => proceed,
);

/** Where a queue file of ours goes. */
export function nextHop(this: HarakaPlugin, next: Next, hmail: HarakaMail): void {
  void chooseNextHop(this, hmail, outboundQueue()).then((answer) => next(answer?.code, answer?.message));
}

/** Says what this plugin lacks because others are not enabled. */
export const tellMissing = missingTeller('deliver');
