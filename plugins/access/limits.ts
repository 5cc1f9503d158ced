/*
 * The limits of channels in the hooks: what a session may do, how many recipients and how many octets a message may have, and
 * whether the domain of its sender must exist. A limit only refuses. It is that of the channel that the client's mail comes from
 * when the command is given; `rejectsmtplonglines` is that of the channel of the listener.
 */
import * as constants from 'haraka-constants';
import { initialChannel, type RecipientDecision } from '../../lib/decide/index.js';
import {
  type LimitedChannel,
  type LimitRefusal,
  limitBadCommand,
  limitLines,
  limitMail,
  limitMailByOptions,
  limitReceived,
  limitRecipientByChannel,
  limitRecipientByOptions,
  limitRecipientsTried,
  limitReset,
  limitSent,
  limitTriedByOptions,
  type MessageSize,
  OpenConnections,
  type ServerOptions,
  type SessionCounts,
  verifySenderDomain,
} from '../../lib/limits/index.js';
import { compiledChannel, type Policy } from '../../lib/policy/index.js';
import { reject } from '../../lib/smtp/index.js';
import {
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
  messageOf,
  type RecipientCounts,
  sizeOf,
} from '../haraka/index.js';
import {
  andThen,
  answerTo,
  connectionState,
  type Eventual,
  gateway,
  type HookAnswer,
  type Parameters,
  policyForNext,
  proceed,
  refuse,
  serverOf,
  sourceChannelOf,
  transactionState,
} from '../support/index.js';
import { checkSpf } from './check-spf.js';
import { noteRefusal } from './note-refusal.js';

interface Counted {
  transactions: number;
  badCommands: number;
}

const counted = Symbol('counted');

/** A connection with its numbers of commands, which are kept in it. */
interface WithCounts {
  [counted]?: Counted;
}

const declared = Symbol('declared octets');

/** A transaction with the size that MAIL declared. */
interface WithSize {
  [declared]?: number;
}

function countsIn(connection: HarakaConnection & WithCounts): Counted {
  connection[counted] ??= { transactions: 0, badCommands: 0 };
  return connection[counted];
}

function allOf({ accept, tempfail, reject }: RecipientCounts): number {
  return accept + tempfail + reject;
}

function sessionCounts(connection: HarakaConnection): SessionCounts {
  const { transactions, badCommands } = countsIn(connection);
  const { rcpt_count: answered } = connection;
  return { transactions, badCommands, recipients: allOf(answered), rejections: answered.reject };
}

function sourceOf(connection: HarakaConnection, policy: Policy): LimitedChannel {
  return compiledChannel(policy, sourceChannelOf(connection, policy));
}

/** The option file of the channel of the listener. */
function optionsOf(connection: HarakaConnection, policy: Policy): ServerOptions | null {
  return compiledChannel(policy, initialChannel(policy, serverOf(connection).port).name).options;
}

/** The answer to a command that reached a limit; null for one that did not. */
function refuseAt(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  what: string,
  refusal: LimitRefusal | null,
): HookAnswer {
  if (refusal === null) return proceed;
  noteRefusal(plugin, connection, { what }, reject(refusal.place, refusal.reply));
  if (!refusal.ends) return refuse(refusal.reply);
  return { code: constants.denysoftdisconnect, message: messageOf(refusal.reply) };
}

/** The size that a client declares; 0 where it declares none. */
function declaredSize({ SIZE: size }: Parameters = {}): MessageSize {
  return { octets: typeof size === 'string' && /^[0-9]{1,20}$/.test(size) ? Number(size) : 0, lines: 0 };
}

const served = new OpenConnections();

/** A connection: how many this process serves, and how many of this client. */
export function limitConnections(plugin: HarakaPlugin, connection: HarakaConnection): HookAnswer {
  const { policy } = connectionState(connection);
  const refusal = served.open(connection, connection.remote.ip, policy.settings.limits);
  return refuseAt(plugin, connection, 'connection', refusal);
}

/** The end of a connection. */
export function forgetConnection(connection: HarakaConnection): void {
  served.close(connection);
}

/** MAIL: the limits of the session, the size that is declared, and the domain of the sender. */
export function limitSender(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  transaction: HarakaTransaction & WithSize,
  parameters?: Parameters,
): Eventual<HookAnswer> {
  countsIn(connection).transactions += 1;
  const { policy } = transactionState(connection, transaction);
  const channel = sourceOf(connection, policy);
  const size = declaredSize(parameters);
  transaction[declared] = size.octets;
  const sender = transaction.mail_from;
  const what = `sender ${sender.original}`;
  const counts = sessionCounts(connection);
  const refusal =
    limitMail(channel, counts) ??
    limitMailByOptions(optionsOf(connection, policy), counts) ??
    limitReceived(channel, size);
  if (refusal !== null) return refuseAt(plugin, connection, what, refusal);
  return andThen(
    verifyDomain(plugin, connection, policy, sender),
    (refused) =>
      refused ??
      (channel.limits.checksPolicyAtMail ? checkSpf(plugin, connection, policy, 'spfmailfrom') : proceed),
  );
}

function verifyDomain(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  policy: Policy,
  sender: HarakaTransaction['mail_from'],
): Eventual<HookAnswer> {
  const channel = sourceOf(connection, policy);
  const what = `sender ${sender.original}`;
  const domain = sender.host ?? '';
  if (!channel.limits.verifiesSenderDomain || domain === '') return proceed;
  const verified = gateway().decide(policy, (environment) =>
    verifySenderDomain(channel, { domain, address: sender.address }, environment),
  );
  return andThen(verified, (verdict) => {
    noteRefusal(plugin, connection, { what }, verdict);
    return answerTo(verdict);
  });
}

/** HELO and EHLO: SPF of the name that the client gives. */
export function limitHelo(plugin: HarakaPlugin, connection: HarakaConnection): Eventual<HookAnswer> {
  const policy = policyForNext(connection);
  if (!sourceOf(connection, policy).limits.checksPolicyAtHelo) return proceed;
  return checkSpf(plugin, connection, policy, 'spfhelo');
}

/** RCPT, before anything is decided on the recipient: how many there are, and SPF of the sender. */
export function limitRecipient(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  transaction: HarakaTransaction,
): Eventual<HookAnswer> {
  const { policy } = transactionState(connection, transaction);
  const channel = sourceOf(connection, policy);
  // The present one is among them.
  const accepted = transaction.rcpt_to.length - 1;
  const counts = sessionCounts(connection);
  const refusal =
    limitRecipientByChannel(channel, counts, accepted) ??
    limitRecipientByOptions(optionsOf(connection, policy), counts, accepted);
  if (refusal !== null) {
    return refuseAt(
      plugin,
      connection,
      `recipient ${transaction.rcpt_to[accepted]?.original ?? ''}`,
      refusal,
    );
  }
  return channel.limits.checksPolicyAtRecipient ? checkSpf(plugin, connection, policy, 'spfrcptto') : proceed;
}

/** The refusal of the first channel of a recipient's deliveries for which a message is too large. */
function refusalByDestination(
  policy: Policy,
  { deliveries }: RecipientDecision,
  size: MessageSize,
): LimitRefusal | null {
  for (const { channel } of deliveries) {
    const refusal = limitSent(compiledChannel(policy, channel), size);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** RCPT: the declared size, and the channels that the recipient's mail goes to. */
export function limitRecipientSize(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  transaction: HarakaTransaction & WithSize,
  decision: RecipientDecision,
): HookAnswer {
  const octets = transaction[declared] ?? 0;
  if (octets === 0) return proceed;
  const { policy } = transactionState(connection, transaction);
  const refusal = refusalByDestination(policy, decision, { octets, lines: 0 });
  return refuseAt(plugin, connection, `recipient ${transaction.rcpt_to.at(-1)?.original ?? ''}`, refusal);
}

/** DATA: how many recipients were tried. */
export function limitTried(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  transaction: HarakaTransaction,
): HookAnswer {
  const { policy } = transactionState(connection, transaction);
  const tried = allOf(transaction.rcpt_count);
  const refusal =
    limitRecipientsTried(sourceOf(connection, policy), tried) ??
    limitTriedByOptions(optionsOf(connection, policy), tried);
  return refuseAt(plugin, connection, 'message', refusal);
}

/** The end of a message: its lines and its size, as they came. A client gets one answer for all recipients. */
export function limitMessage(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  transaction: HarakaTransaction,
): HookAnswer {
  const { policy, recipients } = transactionState(connection, transaction);
  const listener = compiledChannel(policy, initialChannel(policy, serverOf(connection).port).name);
  const hasLongLines = transaction.notes.get('data_line_length_exceeded') === true;
  const size = sizeOf(transaction);
  let refusal = limitLines(listener, hasLongLines) ?? limitReceived(sourceOf(connection, policy), size);
  for (const recipient of transaction.rcpt_to) {
    if (refusal !== null) break;
    const decision = recipients.get(recipient);
    if (decision !== undefined) refusal = refusalByDestination(policy, decision, size);
  }
  return refuseAt(plugin, connection, 'message', refusal);
}

/** RSET, to which core always answers 250: the session ends with our reply before core gives it. */
export function endAtReset(plugin: HarakaPlugin, connection: HarakaConnection): void {
  const policy = policyForNext(connection);
  const refusal = limitReset(sourceOf(connection, policy), sessionCounts(connection));
  if (refusal === null) return;
  noteRefusal(plugin, connection, { what: 'RSET' }, reject(refusal.place, refusal.reply));
  const { code } = refusal.reply;
  connection.respond(code, messageOf(refusal.reply), () => connection.disconnect());
}

/** A command that nobody knows. */
export function limitCommands(plugin: HarakaPlugin, connection: HarakaConnection): HookAnswer {
  countsIn(connection).badCommands += 1;
  const policy = policyForNext(connection);
  const refusal = limitBadCommand(sourceOf(connection, policy), sessionCounts(connection));
  return refuseAt(plugin, connection, 'command', refusal);
}
