/*
 * pmdf/deliver: accepts recipients whose address reaches a channel, and delivers to each as its channel says. Listed last among
 * the recipient plugins.
 */
import * as constants from 'haraka-constants';
import {
  addressesIn,
  answerNextHop,
  avoidOwnServers,
  causeOf,
  countAccepted,
  endOutOfStep,
  followClock,
  type HarakaPlugin,
  keepConnections,
  keepMail,
  keepRecipientNotes,
  keepUnfinishedFiles,
  type Next,
  notesSaver,
  passOnParameters,
  type QueuedMail,
  tellSenders,
} from '../haraka/index.js';
import {
  andThen,
  dropHeldFiles,
  gateway,
  guard,
  joinGateway,
  keepHeldFiles,
  proceed,
} from '../support/index.js';
import { answerCommands } from './answer-commands.js';
import { endSessions } from './backend-sessions.js';
import { missingThroughPlugin, settingsTimeout, shortcomings } from './check-install.js';
import { chooseNextHop } from './choose-next-hop.js';
import { deliverMessage } from './deliver-message.js';
import { hasDueNotices, sendDueNotices } from './notary/due-notices.js';
import { parametersOf, reportRelayed } from './notary/file-parameters.js';
import { judgeCommands } from './notary/judge-command.js';
import { permitLongCommands } from './notary/offer-dsn.js';
import { noticeTeller } from './notices/tell-senders.js';
import { openOutbound, outbound } from './outbound.js';
import { isOwnExchange, noteListeners } from './own-servers.js';
import { waitAsLongAs } from './timeouts.js';
import { commitFiles, discardFiles } from './uncommitted-files.js';

// Haraka finds hooks by their names among the exports.
export { removeHeldLeftovers } from '../support/index.js';
export {
  acceptRecipient,
  askServers,
  beginTransaction,
  checkRecipient,
  clearRelaying,
} from './accept-recipients.js';
export { offerDsn } from './notary/offer-dsn.js';

/** Registers the hooks; throws when the configuration is broken or this Haraka lacks something. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'deliver');
  for (const hook of ['init_master', 'init_child']) this.register_hook(hook, 'removeHeldLeftovers');
  noteListeners(this);
  const { queue } = openOutbound(this);
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
  answerCommands(this);
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
