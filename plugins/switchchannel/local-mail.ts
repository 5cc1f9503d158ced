/*
 * Mail of clients that relay, to domains of our own, where pmdf/deliver is not enabled: it goes on to the queue plugin of
 * the install, as mail from outside does. Core would send everything that such a client sends by the MX records of its
 * domains, which for our own are this very host.
 * A message to our own domains alone is handed to the queue plugin. One that goes outside as well is queued, and the
 * copies for our own domains go to the server that queue/smtp_forward or queue/lmtp hands mail to; where there is
 * neither, a recipient of the other kind has to come in a separate message.
 */

import * as constants from 'haraka-constants';
import { leadsOutside, type Policy } from '../../lib/policy/index.js';
import { smtpForwardHosts, smtpForwardIn, withHiddenLogin } from '../haraka/backend/smtp-forward-plugin.js';
import { loadedPlugins, pluginsInHook } from '../haraka/loaded-plugins.js';
import type {
  HarakaAddress,
  HarakaConnection,
  HarakaPlugin,
  HarakaTransaction,
  Next,
} from '../haraka/types.js';
import { transactionOf } from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import type { QueueItem } from '../support/outbound-channel.js';
import { resolvedAll } from '../support/resolve-hosts.js';
import { type HookAnswer, proceed, refuse, separateMessage } from '../support/respond.js';
import { authenticatedUser, connectionState, sessionOf, transactionState } from '../support/session.js';

/** The note of a queued message that names the domains of our own in it. */
const note = 'pmdf_local';

/** Domains of a transaction that were looked at, and whether they are our own. */
const known = new WeakMap<HarakaTransaction, Map<string, boolean>>();

/** Whether a plugin that is not ours takes mail at the end of DATA. */
function hasQueuePlugin(plugin: HarakaPlugin): boolean {
  return pluginsInHook(plugin, 'queue').some((name) => !name.startsWith('pmdf/'));
}

/** Whether core would send the message of this client by MX records, and for a reason that is ours. */
function relaysByUs(plugin: HarakaPlugin, connection: HarakaConnection): boolean {
  if (gateway().isEnabled('deliver') || !connection.relaying || !hasQueuePlugin(plugin)) return false;
  // Another plugin has said already how the message is to leave.
  if (connection.transaction?.notes.get('queue.wants') !== undefined) return false;
  const { decision } = connectionState(connection);
  if (decision?.relaying === true) return true;
  return gateway().isEnabled('auth') && authenticatedUser(connection) !== null;
}

async function isLocal(
  connection: HarakaConnection,
  policy: Policy,
  { host }: HarakaAddress,
): Promise<boolean> {
  // `postmaster` alone is ours.
  if (host === '') return true;
  const transaction = transactionOf(connection);
  const seen = known.get(transaction) ?? new Map<string, boolean>();
  known.set(transaction, seen);
  const domain = host.toLowerCase();
  const before = seen.get(domain);
  if (before !== undefined) return before;
  const { sourceChannel } = sessionOf(connection, policy);
  const isOutside = await gateway().decide(policy, (environment) =>
    leadsOutside(policy, sourceChannel, domain, environment),
  );
  seen.set(domain, !isOutside);
  return !isOutside;
}

/** Whether copies for our own domains in Haraka's queue can be given the way of the install's queue plugin. */
function canSteerCopies(plugin: HarakaPlugin): boolean {
  const registered = loadedPlugins(plugin) ?? {};
  return smtpForwardIn(registered) !== undefined || registered['queue/lmtp'] !== undefined;
}

/** Refuses a recipient for now that cannot be delivered together with the ones before it. */
export async function checkKind(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  recipient: HarakaAddress,
): Promise<HookAnswer> {
  if (!relaysByUs(plugin, connection) || canSteerCopies(plugin)) return proceed;
  const transaction = transactionOf(connection);
  const [first] = transaction.rcpt_to;
  if (first === undefined || first === recipient) return proceed;
  const { policy } = transactionState(connection, transaction);
  const isSame =
    (await isLocal(connection, policy, first)) === (await isLocal(connection, policy, recipient));
  return isSame ? proceed : refuse(separateMessage);
}

/** When the message is here: has core run the hook `queue` where it goes to our own domains alone. */
export async function steerMessage(plugin: HarakaPlugin, connection: HarakaConnection): Promise<HookAnswer> {
  if (!relaysByUs(plugin, connection)) return proceed;
  const transaction = transactionOf(connection);
  const { policy } = transactionState(connection, transaction);
  const local = new Set<string>();
  let goesOutside = false;
  for (const recipient of transaction.rcpt_to) {
    if (await isLocal(connection, policy, recipient)) local.add(recipient.host.toLowerCase());
    else goesOutside = true;
  }
  if (!goesOutside) connection.relaying = false;
  else if (local.size > 0) transaction.notes.set(note, [...local]);
  return proceed;
}

function isForLocal({ todo }: QueueItem): boolean {
  const domains = todo.notes.get(note);
  return Array.isArray(domains) && domains.includes(todo.domain.toLowerCase());
}

/** Where a copy for one of our own domains goes: to the server of the install's queue plugin. */
export function routeCopy(plugin: HarakaPlugin, next: Next, mail: QueueItem): void {
  const [to] = mail.todo.rcpt_to;
  if (to === undefined || !isForLocal(mail)) {
    next();
    return;
  }
  const hosts = smtpForwardHosts(loadedPlugins(plugin) ?? {}, mail.todo.mail_from, to);
  if (hosts.length === 0) {
    // By this note queue/lmtp knows its mail.
    mail.todo.notes.set('using_lmtp', true);
    next();
    return;
  }
  resolvedAll(hosts)
    .then((exchanges) => next(constants.ok, exchanges.map(withHiddenLogin)))
    .catch((error: unknown) => next(constants.denysoft, `the next hop cannot be found: ${causeOf(error)}`));
}
