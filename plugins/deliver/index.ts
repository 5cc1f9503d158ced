/*
 * pmdf/deliver: vouches for recipients whose address reaches a channel, and sends each by the way of its channel.
 * Listed last among the recipient plugins.
 */

import * as constants from 'haraka-constants';
import type { RecipientDecision } from '../../lib/decide/index.js';
import { deliveryRoute } from '../../lib/policy/index.js';
import { type Reply, reply } from '../../lib/smtp/index.js';
import { type ClientModule, clientModule } from '../haraka/backend/smtp-client.js';
import { countAccepted } from '../haraka/delivery/accepted-recipients.js';
import { completeBounces } from '../haraka/queue/bounce-report.js';
import { keepMail } from '../haraka/queue/keep-mail.js';
import { type OutboundQueue, openOutboundQueue, type QueuedMail } from '../haraka/queue/outbound-queue.js';
import { strandedFiles } from '../haraka/queue/stranded-files.js';
import { requireWholeFiles } from '../haraka/queue/whole-files.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, Next } from '../haraka/types.js';
import {
  goesToOutsider,
  type Parameters,
  recipientDecision,
  senderDecision,
  transactionOf,
} from '../support/decisions.js';
import { endTransaction } from '../support/ended-transactions.js';
import { gateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import { dropHeldFiles, keepHeldFiles } from '../support/held-file.js';
import { joinGateway } from '../support/join-gateway.js';
import { tellMissing as missingTeller } from '../support/missing.js';
import { type HookAnswer, proceed, refuse, separateMessage, succeed } from '../support/respond.js';
import { transactionState } from '../support/session.js';
import { askNextHop } from './ask-next-hop.js';
import { endSessions } from './backend-sessions.js';
import { missingThroughPlugin, settingsTimeout, shortcomings } from './check-install.js';
import { chooseNextHop } from './choose-next-hop.js';
import { deliverMessage } from './deliver-message.js';
import { commitFiles, discardFiles } from './hold.js';
import { isHandedOnHere } from './plan.js';
import { recipientsSoFar } from './recipients-so-far.js';
import { waitAsLongAs } from './timeouts.js';

export { removeHeldLeftovers } from '../support/held-leftovers.js';
export { pinDenial } from '../support/pin-denial.js';

let queue: OutboundQueue | undefined;
let smtpClient: ClientModule | undefined;
let takeOverLater: (() => void) | undefined;

function outboundQueue(): OutboundQueue {
  if (queue === undefined) throw new Error('pmdf/deliver is used before it registered');
  return queue;
}

function smtpClientModule(): ClientModule {
  if (smtpClient === undefined) throw new Error('pmdf/deliver is used before it registered');
  return smtpClient;
}

/** Registers the hooks; throws when the configuration is broken or this Haraka is not one that we know. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'deliver');
  this.register_hook('init_master', 'tellMissing');
  for (const hook of ['init_master', 'init_child']) this.register_hook(hook, 'removeHeldLeftovers');
  queue = openOutboundQueue(this);
  smtpClient = clientModule(this);
  const timeout = settingsTimeout(gateway().policy, queue);
  // Haraka takes the time of a hook over when it is registered.
  if (timeout !== null) waitAsLongAs(this, timeout);
  requireWholeFiles(this);
  keepMail(this);
  completeBounces(this);
  countAccepted(this);
  takeOverLater = strandedFiles(this);
  this.register_hook('init_master', 'checkInstall', 0);
  this.register_hook('init_child', 'checkInstall', 0);
  this.register_hook('init_child', 'takeOver', 100);
  this.register_hook('mail', 'beginTransaction', -80);
  this.register_hook('rcpt', 'checkRecipient', -80);
  this.register_hook('rcpt', 'vouch', 90);
  this.register_hook('rcpt_ok', 'askServers', 100);
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

/** A worker begins: in time it takes over queue files that no process would deliver. */
export function takeOver(this: HarakaPlugin, next: Next): void {
  takeOverLater?.();
  next();
}

/**
 * Without pmdf/access nobody else has judged whether a client may reach the outside: that is then left to the plugin that sets
 * relaying, and to Haraka, which refuses what nobody vouches for.
 */
async function mayVouch(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  { channel }: RecipientDecision,
): Promise<boolean> {
  if (gateway().isEnabled('access') || connection.relaying) return true;
  // What the site itself forwards from one of its own channels is its mail, wherever it goes.
  return channel !== null && !(await goesToOutsider(connection, recipient, channel));
}

/**
 * Decides on the recipients that came to the transaction, those too that other plugins put there; refuses what cannot be
 * delivered, or not with the others. `whole`: looks for changes anywhere among them.
 */
async function refusalOf(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  how: { readonly whole: boolean; readonly conflict: Reply },
): Promise<HookAnswer> {
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const list = transaction.rcpt_to;
  const soFar = recipientsSoFar(transaction, policy);
  for (let index = how.whole ? soFar.keepAll(list) : soFar.keepTail(list); index < list.length; index += 1) {
    const one = list[index];
    if (one === undefined) break;
    const decision = await recipientDecision(connection, one, undefined);
    if (decision.verdict.kind !== 'accept') {
      connection.lognotice(
        plugin,
        `${decision.verdict.kind} recipient ${one.original}: ${decision.verdict.reply.text}`,
      );
      return refuse(decision.verdict.reply);
    }
    soFar.add(one, { named: one.address, decision });
  }
  const { conflict } = soFar.planner;
  if (conflict === null) return proceed;
  connection.lognotice(
    plugin,
    `defer recipient ${list.at(-1)?.original ?? ''}: two plugins would hand it on, ${conflict}`,
  );
  return refuse(how.conflict);
}

const eachRecipient = { whole: false, conflict: separateMessage };

const wholeMessage = {
  whole: true,
  conflict: reply(450, '4.5.3', 'send each of these recipients in a separate message'),
};

/** Refuses a recipient that cannot be delivered before another plugin can vouch for it. */
export const checkRecipient = guard(async function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: readonly [HarakaAddress, Parameters?],
) {
  await recipientDecision(connection, ...params);
  return await refusalOf(this, connection, eachRecipient);
});

/** A transaction keeps the policy that is in force now. */
export const beginTransaction = guard((connection) => {
  transactionState(connection, transactionOf(connection));
  return proceed;
});

/** Vouches for a recipient; other plugins may have put another in its place. */
export const vouch = guard(async function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: readonly [HarakaAddress, Parameters?],
) {
  const [recipient, parameters] = params;
  const decision = await recipientDecision(connection, recipient, parameters);
  if (decision.verdict.kind !== 'accept') return refuse(decision.verdict.reply);
  const refusal = await refusalOf(this, connection, eachRecipient);
  if (refusal !== proceed) return refusal;
  const { policy } = transactionState(connection, transactionOf(connection));
  if (!(await mayVouch(connection, recipient, decision))) return proceed;
  const ways = decision.deliveries.map(({ address, channel }) => {
    return `${channel}(${deliveryRoute(policy, channel).method}):${address}`;
  });
  connection.loginfo(this, `accept recipient ${recipient.original} -> ${ways.join(' ')}`);
  return succeed();
});

/** Everybody accepts the recipient: the server that its message is handed on to has the last word. */
export const askServers = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const refusal = await refusalOf(this, connection, eachRecipient);
  if (refusal !== proceed) return refusal;
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const sender = await senderDecision(connection);
  const { recipients, planner } = recipientsSoFar(transaction, policy);
  const latest = recipients.at(-1);
  const isTaken = [sender.effects, latest?.decision.effects].every((one) => !one?.hold && !one?.bitbucket);
  // Nobody gets what is held or thrown away.
  if (latest === undefined || !isTaken) return proceed;
  return await askNextHop({
    plugin: this,
    connection,
    transaction,
    queue: outboundQueue(),
    module: smtpClientModule(),
    policy,
    sender,
    named: latest.named,
    deliveries: planner.latest,
  });
});

/**
 * Decides once more on all recipients. Where a queue plugin hands the message on, core must run the hook `queue`: such
 * plugins are off in `queue_outbound`.
 */
export const takeBackRelaying = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const refusal = await refusalOf(this, connection, wholeMessage);
  if (refusal !== proceed) return refusal;
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const { through } = recipientsSoFar(transaction, policy).planner.plan;
  if (!through.every(({ route }) => isHandedOnHere(policy, route))) connection.relaying = false;
  return proceed;
});

/** Delivers the message. */
export const deliver = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  return await deliverMessage(this, connection, outboundQueue(), smtpClientModule());
});

/** The client is about to be told 250: what was held goes out, or stays for a human. */
export const commit = guard(
  (connection) => {
    const { transaction } = connection;
    if (transaction === null) return proceed;
    keepHeldFiles(transaction);
    commitFiles(transaction, outboundQueue());
    return proceed;
  },
  () => proceed,
);

/** The transaction ended without 250: what was held must not go out. */
export const discard = guard(
  async (connection) => {
    const { transaction } = connection;
    if (transaction === null) return proceed;
    endTransaction(transaction);
    endSessions(transaction);
    await dropHeldFiles(transaction);
    await discardFiles(transaction);
    return proceed;
  },
  () => proceed,
);

/** Where a queue file of ours goes. */
export function nextHop(this: HarakaPlugin, next: Next, mail: QueuedMail): void {
  const outbound = outboundQueue();
  outbound.answerNextHop(this, mail, chooseNextHop(this, mail, outbound), next);
}

/** Says what this plugin lacks because others are not enabled. */
export function tellMissing(this: HarakaPlugin, next: Next): void {
  for (const one of shortcomings(this, gateway().policy, outboundQueue())) this.lognotice(one);
  missingTeller('deliver').call(this, next);
}
