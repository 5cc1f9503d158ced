/*
 * Mail of relaying clients to our own domains, where pmdf/deliver is not enabled: it goes to the install's queue plugin, as mail
 * from outside does. Core would deliver everything that such a client sends by MX records, which for our own domains name this
 * very host. A message to our own domains only is handed to the queue plugin. One that goes outside as well is queued, and the
 * copies for our own domains go to the server of queue/smtp_forward or queue/lmtp; where there is neither, recipients of the
 * other kind must come in a separate message.
 */
import * as constants from 'haraka-constants';
import { leadsOutside, type Policy } from '../../lib/policy/index.js';
import {
  causeOf,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
  loadedPlugins,
  type Next,
  pluginsInHook,
  type QueueItem,
  smtpForwardHosts,
  smtpForwardIn,
  withHiddenLogin,
} from '../haraka/index.js';
import {
  authenticatedUser,
  connectionState,
  type Eventual,
  gateway,
  type HookAnswer,
  proceed,
  refuse,
  resolvedAll,
  separateMessage,
  sessionOf,
  transactionOf,
  transactionState,
} from '../support/index.js';

/** The note of a queued message that lists the recipients' domains that are ours. */
const note = 'pmdf_local';

/** Whether the domains of a transaction are ours, once decided. */
const known = new WeakMap<HarakaTransaction, Map<string, boolean>>();

/** Whether a plugin that is not ours queues mail at the end of DATA. */
function hasQueuePlugin(plugin: HarakaPlugin): boolean {
  return pluginsInHook(plugin, 'queue').some((name) => !name.startsWith('pmdf/'));
}

/** Whether core would deliver this client's message by MX records because we let the client relay. */
function relaysByUs(plugin: HarakaPlugin, connection: HarakaConnection): boolean {
  if (gateway().isEnabled('deliver') || !connection.relaying || !hasQueuePlugin(plugin)) return false;
  // Another plugin has already chosen how the message leaves.
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
  // The bare `postmaster`.
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

/** Whether copies for our own domains in Haraka's queue can go where the install's queue plugin delivers. */
function canSteerCopies(plugin: HarakaPlugin): boolean {
  const registered = loadedPlugins(plugin);
  return smtpForwardIn(registered) !== undefined || registered['queue/lmtp'] !== undefined;
}

/** Defers a recipient that cannot be delivered together with the ones before it. */
export function checkSeparate(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  recipient: HarakaAddress,
): Eventual<HookAnswer> {
  if (!relaysByUs(plugin, connection) || canSteerCopies(plugin)) return proceed;
  return deferOtherKind(connection, recipient);
}

async function deferOtherKind(connection: HarakaConnection, recipient: HarakaAddress): Promise<HookAnswer> {
  const transaction = transactionOf(connection);
  const [first] = transaction.rcpt_to;
  if (first === undefined || first === recipient) return proceed;
  const { policy } = transactionState(connection, transaction);
  const isSame =
    (await isLocal(connection, policy, first)) === (await isLocal(connection, policy, recipient));
  return isSame ? proceed : refuse(separateMessage);
}

/** After DATA: has core run the hook `queue` for a message that goes to our own domains only. */
export function steerMessage(plugin: HarakaPlugin, connection: HarakaConnection): Eventual<HookAnswer> {
  return relaysByUs(plugin, connection) ? steer(connection) : proceed;
}

async function steer(connection: HarakaConnection): Promise<HookAnswer> {
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

/** Sends a copy for one of our own domains to the server of the install's queue plugin. */
export function routeCopy(plugin: HarakaPlugin, next: Next, mail: QueueItem): void {
  const [to] = mail.todo.rcpt_to;
  if (to === undefined || !isForLocal(mail)) {
    next();
    return;
  }
  const hosts = smtpForwardHosts(loadedPlugins(plugin), mail.todo.mail_from, to);
  if (hosts.length === 0) {
    // queue/lmtp recognizes its mail by this note.
    mail.todo.notes.set('using_lmtp', true);
    next();
    return;
  }
  resolvedAll(hosts)
    .then((exchanges) => next(constants.ok, exchanges.map(withHiddenLogin)))
    .catch((error: unknown) => next(constants.denysoft, `the next hop cannot be found: ${causeOf(error)}`));
}
