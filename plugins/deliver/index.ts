/*
 * pmdf/deliver: accepts recipients whose address reaches a channel, and delivers to each as its channel says. Listed last among
 * the recipient plugins.
 */
import * as constants from 'haraka-constants';
import type { AccessEffects, RecipientDecision } from '../../lib/decide/index.js';
import { deliveryRoute } from '../../lib/policy/index.js';
import { type Reply, reply } from '../../lib/smtp/index.js';
import {
  addressesIn,
  answerNextHop,
  avoidOwnServers,
  type ClientModule,
  causeOf,
  clientModule,
  countAccepted,
  endOutOfStep,
  followClock,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  isLogged,
  keepConnections,
  keepMail,
  keepRecipientNotes,
  keepUnfinishedFiles,
  type Next,
  notesSaver,
  type OutboundQueue,
  openOutboundQueue,
  passOnParameters,
  type QueuedMail,
  strandedFiles,
  tellSenders,
} from '../haraka/index.js';
import {
  andThen,
  askedFor,
  dropHeldFiles,
  type Eventual,
  gateway,
  goesToOutsider,
  guard,
  type HookAnswer,
  joinGateway,
  keepHeldFiles,
  noteRecipient,
  noteSender,
  type Parameters,
  proceed,
  recipientDecision,
  recipientDecisions,
  refuse,
  senderDecision,
  separateMessage,
  succeed,
  transactionOf,
  transactionState,
} from '../support/index.js';
import { askNextHop } from './ask-next-hop.js';
import { endSessions } from './backend-sessions.js';
import { missingThroughPlugin, settingsTimeout, shortcomings } from './check-install.js';
import { chooseNextHop } from './choose-next-hop.js';
import { deliverMessage } from './deliver-message.js';
import { hasDueNotices, sendDueNotices } from './notary/due-notices.js';
import { parametersOf, reportRelayed } from './notary/file-parameters.js';
import { judgeCommands } from './notary/judge-command.js';
import { permitLongCommands } from './notary/offer-dsn.js';
import { noticeTeller } from './notices/tell-senders.js';
import { isOwnExchange, noteListeners } from './own-servers.js';
import { isDeliveredHere, plannerOf } from './plan.js';
import { waitAsLongAs } from './timeouts.js';
import { commitFiles, discardFiles } from './uncommitted-files.js';

// Haraka finds hooks by their names among the exports.
export { removeHeldLeftovers } from '../support/index.js';
export { offerDsn } from './notary/offer-dsn.js';

/** What the plugin has of Haraka once it has registered. */
interface Outbound {
  readonly queue: OutboundQueue;
  readonly module: ClientModule;
  readonly takeOverLater: () => void;
}

let opened: Outbound | undefined;

function outbound(): Outbound {
  if (opened === undefined) throw new Error('pmdf/deliver is used before it is registered');
  return opened;
}

/** Registers the hooks; throws when the configuration is broken or this Haraka lacks something. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'deliver');
  for (const hook of ['init_master', 'init_child']) this.register_hook(hook, 'removeHeldLeftovers');
  noteListeners(this);
  const queue = openOutboundQueue(this);
  opened = { queue, module: clientModule.in(this), takeOverLater: strandedFiles(this) };
  const timeout = settingsTimeout(gateway().policy, queue);
  // Haraka copies the timeout of a hook when it is registered.
  if (timeout !== null) waitAsLongAs(this, timeout);
  keepMail(this);
  followClock(this);
  keepUnfinishedFiles(this);
  keepConnections(this, () => gateway().policy.settings.delivery.keepConnections);
  keepRecipientNotes(this);
  tellSenders(this, noticeTeller({ plugin: this, queue, saveNotes: notesSaver(this), now: Date.now }));
  avoidOwnServers(this, isOwnExchange);
  countAccepted(this);
  judgeCommands(this);
  permitLongCommands(this);
  passOnParameters(this, parametersOf);
  endOutOfStep(this);
  this.register_hook('init_master', 'logShortcomings', -10);
  this.register_hook('init_master', 'checkInstall');
  this.register_hook('init_child', 'checkInstall');
  this.register_hook('init_child', 'takeOver', 100);
  this.register_hook('capabilities', 'offerDsn');
  this.register_hook('mail', 'beginTransaction', -80);
  this.register_hook('rcpt', 'checkRecipient', -80);
  this.register_hook('rcpt', 'acceptRecipient', 90);
  this.register_hook('rcpt_ok', 'askServers', 100);
  this.register_hook('data_post', 'clearRelaying', 100);
  this.register_hook('queue', 'deliver', -50);
  this.register_hook('queue_outbound', 'deliver', -50);
  this.register_hook('queue_ok', 'commit', -50);
  this.register_hook('reset_transaction', 'discard', -50);
  this.register_hook('get_mx', 'nextHop', -100);
  this.register_hook('delivered', 'reportDelivered', -100);
}

/** When all plugins are loaded: without the queue plugins that the channels need, Haraka does not start. */
export function checkInstall(this: HarakaPlugin, next: Next): void {
  const missing = missingThroughPlugin(gateway().policy, outbound().queue);
  if (missing === null) {
    next();
    return;
  }
  process.stderr.write(`${missing}\n`);
  // Core continues after a throw here; a denial ends it.
  next(constants.deny, missing);
}

/** A worker starts: later it takes over queue files that no process would deliver. */
export function takeOver(this: HarakaPlugin, next: Next): void {
  outbound().takeOverLater();
  next();
}

/**
 * Without pmdf/access no one has decided whether the client may reach the outside: that is then left to the plugin that sets
 * relaying, and to Haraka, which refuses what no plugin accepts.
 */
function mayAccept(
  connection: HarakaConnection,
  recipient: HarakaAddress,
  { channel }: RecipientDecision,
): Eventual<boolean> {
  if (gateway().isEnabled('access') || connection.relaying) return true;
  if (channel === null) return false;
  // What the site itself forwards is its own mail, wherever it goes.
  return andThen(goesToOutsider(connection, recipient, channel), (isOutside) => !isOutside);
}

/**
 * Decides on the new recipients of the transaction, including those that other plugins added; refuses what cannot be delivered,
 * or not together with the others. `whole`: looks for changes in the whole list, not only at its end.
 */
function refusalOf(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  how: { readonly whole: boolean; readonly conflict: Reply },
): Eventual<HookAnswer> {
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const list = transaction.rcpt_to;
  const planner = plannerOf(transaction, policy);
  const planned = how.whole ? planner.keepAll(list) : planner.keepTail(list);
  const added = planned === list.length ? none : list.slice(planned);
  return andThen(recipientDecisions(connection, added), (decisions) => {
    for (const [at, decision] of decisions.entries()) {
      const one = added[at];
      if (one === undefined) break;
      const { verdict } = decision;
      if (verdict.kind !== 'accept') {
        connection.lognotice(plugin, `${verdict.kind} recipient ${one.original}: ${verdict.reply.text}`);
        return refuse(verdict.reply);
      }
      planner.add(one, { named: one.address, decision, notary: askedFor(transaction, one) });
    }
    const { conflict } = planner;
    if (conflict === null) return proceed;
    connection.lognotice(
      plugin,
      `defer recipient ${list.at(-1)?.original ?? ''}: two plugins would deliver it, ${conflict}`,
    );
    return refuse(how.conflict);
  });
}

const none: readonly HarakaAddress[] = [];

const eachRecipient = { whole: false, conflict: separateMessage };

const wholeMessage = {
  whole: true,
  conflict: reply(450, '4.5.3', 'send each of these recipients in a separate message'),
};

/** Refuses a recipient that cannot be delivered, before another plugin can accept it. */
export const checkRecipient = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [recipient, parameters],
) {
  noteRecipient(connection, transactionOf(connection), recipient, parameters ?? {});
  return andThen(recipientDecision(connection, recipient, parameters), () =>
    refusalOf(this, connection, eachRecipient),
  );
});

/** A transaction keeps the policy in force at its MAIL. */
export const beginTransaction = guard<readonly [HarakaAddress, Parameters?]>((connection, [, parameters]) => {
  const transaction = transactionOf(connection);
  transactionState(connection, transaction);
  noteSender(connection, transaction, parameters ?? {});
  return proceed;
});

/** Accepts a recipient; other plugins may have replaced it. */
export const acceptRecipient = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [recipient, parameters],
) {
  return andThen(recipientDecision(connection, recipient, parameters), (decision) => {
    if (decision.verdict.kind !== 'accept') return refuse(decision.verdict.reply);
    return andThen(refusalOf(this, connection, eachRecipient), (refusal) => {
      if (refusal !== proceed) return refusal;
      return andThen(mayAccept(connection, recipient, decision), (isAccepted) => {
        if (!isAccepted) return proceed;
        if (isLogged('INFO')) logAccepted(this, connection, recipient, decision);
        return succeed();
      });
    });
  });
});

function logAccepted(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  { original }: HarakaAddress,
  { deliveries }: RecipientDecision,
): void {
  const { policy } = transactionState(connection, transactionOf(connection));
  const routes = deliveries.map(
    ({ address, channel }) => `${channel}(${deliveryRoute(policy, channel).method}):${address}`,
  );
  connection.loginfo(plugin, `accept recipient ${original} -> ${routes.join(' ')}`);
}

/** Whether mail with these effects is sent, not held or discarded. */
function isSent({ hold, bitbucket }: AccessEffects): boolean {
  return !hold && !bitbucket;
}

/** All plugins accept the recipient: its next mail server has the last word. */
export const askServers = guard(function (connection) {
  return andThen(refusalOf(this, connection, eachRecipient), (refusal) => {
    if (refusal !== proceed) return refusal;
    const transaction = transactionOf(connection);
    const { policy } = transactionState(connection, transaction);
    return andThen(senderDecision(connection), (sender) => {
      const { latest } = plannerOf(transaction, policy);
      if (latest === undefined) return proceed;
      const { planned: deliveries, recipient } = latest;
      if (!isSent(sender.effects) || !isSent(recipient.decision.effects)) return proceed;
      if (!deliveries.some(({ route }) => isDeliveredHere(policy, route))) return proceed;
      return askNextHop({
        plugin: this,
        connection,
        transaction,
        ...outbound(),
        policy,
        sender,
        named: recipient.named,
        deliveries,
      });
    });
  });
});

/**
 * Checks all recipients once more. Where a queue plugin delivers the message, core must run the hook `queue`, since such plugins
 * do not run in `queue_outbound`.
 */
export const clearRelaying = guard(function (connection) {
  return andThen(refusalOf(this, connection, wholeMessage), (refusal) => {
    if (refusal !== proceed) return refusal;
    const transaction = transactionOf(connection);
    const { policy } = transactionState(connection, transaction);
    const { through } = plannerOf(transaction, policy).plan;
    if (!through.every(({ route }) => isDeliveredHere(policy, route))) connection.relaying = false;
    return proceed;
  });
});

/** Delivers the message. */
export const deliver = guard(function (connection) {
  const { queue, module } = outbound();
  return deliverMessage(this, connection, queue, module);
});

/** The client is about to be told 250: queue files are scheduled, held files stay. */
export const commit = guard(
  function ({ transaction }) {
    if (transaction === null) return proceed;
    const { queue } = outbound();
    keepHeldFiles(transaction);
    commitFiles(transaction, queue);
    if (!hasDueNotices(transaction)) return proceed;
    return andThen(sendDueNotices(this, queue, transaction), () => proceed);
  },
  () => proceed,
);

/** The transaction ended without 250: its files are removed. */
export const discard = guard(
  ({ transaction }) => {
    if (transaction === null) return proceed;
    endSessions(transaction);
    return andThen(dropHeldFiles(transaction), () => andThen(discardFiles(transaction), () => proceed));
  },
  () => proceed,
);

/** Where a queue file goes. */
export function nextHop(this: HarakaPlugin, next: Next, mail: QueuedMail): void {
  answerNextHop(this, mail, chooseNextHop(this, mail, outbound().queue), next);
}

/** A queue file was delivered to some recipients: the sender may want to know, if the server will not tell. */
export function reportDelivered(
  this: HarakaPlugin,
  next: Next,
  mail: QueuedMail,
  params: readonly unknown[],
): void {
  const [host, , response, , , , recipients] = params;
  const delivered = { host: String(host), response: String(response), recipients: addressesIn(recipients) };
  reportRelayed(this, mail, outbound().queue, delivered).then(
    () => next(),
    (error: unknown) => {
      this.logerror(`a notice (relayed) could not be written: ${causeOf(error)}`);
      next();
    },
  );
}

/** Logs what will not work as expected. */
export function logShortcomings(this: HarakaPlugin, next: Next): void {
  for (const one of shortcomings(gateway().policy, outbound().queue)) this.lognotice(one);
  next();
}
