/*
 * pmdf/access: PORT_ACCESS, FROM_ACCESS, ORIG_SEND_ACCESS, SEND_ACCESS, ORIG_MAIL_ACCESS and MAIL_ACCESS, with the built-in
 * source-route entries, and the limits of channels. It rejects or defers a sender or recipient, or leaves the answer to other
 * plugins; it never accepts one.
 * A message that is held or discarded for all its recipients is acknowledged in the queue hooks.
 * Ref: PMDF 16.1
 */
import * as constants from 'haraka-constants';
import { decidePort, type SenderDecision } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import {
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  messageOf,
  type Next,
} from '../haraka/index.js';
import {
  andThen,
  answerTo,
  applyMessageEffects,
  connectionState,
  dropHeldFiles,
  type Eventual,
  gateway,
  guard,
  type HookAnswer,
  joinGateway,
  keepHeldFiles,
  logShadowed,
  observer,
  type Parameters,
  proceed,
  recipientDecision,
  recipientDecisions,
  type ShadowedCommand,
  secondsSince,
  senderDecision,
  sessionOf,
  startOfMeasurement,
  transactionOf,
  transactionState,
  wordsForShadow,
} from '../support/index.js';
import { delayReply } from './delay.js';
import {
  endAtReset,
  forgetConnection,
  limitCommands,
  limitConnections,
  limitHelo,
  limitMessage,
  limitRecipient,
  limitRecipientSize,
  limitSender,
  limitTried,
} from './limits.js';
import { logVerdict } from './log-verdict.js';
import { setAside } from './set-aside.js';

// Haraka finds hooks by their names among the exports.
export { removeHeldLeftovers } from '../support/index.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'access');
  this.register_hook('init_master', 'logShadow', -10);
  for (const hook of ['init_master', 'init_child']) this.register_hook(hook, 'removeHeldLeftovers');
  this.register_hook('connect', 'checkPort', -90);
  this.register_hook('disconnect', 'closeConnection', -90);
  for (const hook of ['helo', 'ehlo']) this.register_hook(hook, 'checkHelo', -90);
  this.register_hook('mail', 'checkSender', -90);
  this.register_hook('rcpt', 'checkRecipient', -90);
  this.register_hook('data', 'checkAgain', -90);
  this.register_hook('data_post', 'applyEffects', -90);
  this.register_hook('rset', 'endSession', -90);
  // After the plugins that know the command.
  this.register_hook('unrecognized_command', 'countBadCommand', 90);
  this.register_hook('queue', 'setMessageAside', -90);
  this.register_hook('queue_outbound', 'setMessageAside', -90);
  this.register_hook('queue_ok', 'keepHeld', -90);
  this.register_hook('reset_transaction', 'dropHeld', -90);
}

export function logShadow(this: HarakaPlugin, next: Next): void {
  const words = wordsForShadow(gateway().policy);
  if (words !== '') this.lognotice(`in shadow: ${words}`);
  next();
}

function commandFor({ original }: HarakaAddress): ShadowedCommand {
  return { command: 'RCPT', argument: `to=${original}` };
}

/** The limits on connections, and PORT_ACCESS. */
export const checkPort = guard(function (connection) {
  return limitConnections(this, connection) ?? consultPortAccess(this, connection);
});

/** SPF of the name that the client gives. */
export const checkHelo = guard(function (connection) {
  return limitHelo(this, connection);
});

/** The connection no longer counts. */
export const closeConnection = guard(
  (connection) => {
    forgetConnection(connection);
    return proceed;
  },
  () => proceed,
);

function consultPortAccess(plugin: HarakaPlugin, connection: HarakaConnection): Eventual<HookAnswer> {
  const { policy } = connectionState(connection);
  const session = sessionOf(connection, policy);
  const start = startOfMeasurement();
  const decision = gateway().decide(policy, (environment) => decidePort({ policy, session, environment }));
  return andThen(decision, ({ verdict, effects, shadowed }) => {
    if (shadowed.length > 0) {
      const argument = `client=${session.client.address}`;
      logShadowed(plugin, connection, { command: 'CONNECT', argument }, shadowed);
    }
    for (const line of effects.logLines) connection.lognotice(plugin, line);
    observer()?.decided({
      stage: 'connection',
      policy,
      connection,
      session,
      destinationChannel: null,
      verdict,
      shadowed,
      envelopeFrom: null,
      envelopeTo: null,
      seconds: secondsSince(start),
    });
    logVerdict(plugin, connection, 'connection', verdict);
    if (verdict.kind !== 'reject') return answerTo(verdict);
    const code = verdict.reply.code >= 500 ? constants.denydisconnect : constants.denysoftdisconnect;
    return { code, message: messageOf(verdict.reply) };
  });
}

function answerOnSender(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  { verdict, envelopeFrom }: SenderDecision,
): HookAnswer {
  if (verdict.kind === 'accept') return proceed;
  logVerdict(plugin, connection, `sender <${envelopeFrom}>`, verdict);
  return answerTo(verdict);
}

function answerOnRecipient(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  { original }: HarakaAddress,
  verdict: Verdict,
): HookAnswer {
  if (verdict.kind === 'accept') return proceed;
  logVerdict(plugin, connection, `recipient ${original}`, verdict);
  return answerTo(verdict);
}

/** The limits on senders, and FROM_ACCESS. */
export const checkSender = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [, parameters],
) {
  const limited = limitSender(this, connection, transactionOf(connection), parameters);
  return andThen(limited, (refusal) => refusal ?? consultFromAccess(this, connection));
});

function consultFromAccess(plugin: HarakaPlugin, connection: HarakaConnection): Eventual<HookAnswer> {
  return andThen(senderDecision(connection), (sender) => {
    const { effects, envelopeFrom, shadowed } = sender;
    if (shadowed.length > 0) {
      logShadowed(plugin, connection, { command: 'MAIL', argument: `from=<${envelopeFrom}>` }, shadowed);
    }
    for (const line of effects.logLines) connection.lognotice(plugin, line);
    return andThen(delayReply(plugin, transactionOf(connection), effects.delay), () =>
      answerOnSender(plugin, connection, sender),
    );
  });
}

/** The tables for a recipient; the client gets the verdict on the sender if that is not an acceptance. */
export const checkRecipient = guard<readonly [HarakaAddress, Parameters?]>(function (
  connection,
  [recipient, parameters],
) {
  const consult = (): Eventual<HookAnswer> => consultForRecipient(this, connection, recipient, parameters);
  const transaction = transactionOf(connection);
  if (!transactionState(connection, transaction).policy.limitsRecipients) return consult();
  return andThen(limitRecipient(this, connection, transaction), (refusal) => refusal ?? consult());
});

function consultForRecipient(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  recipient: HarakaAddress,
  parameters?: Parameters,
): Eventual<HookAnswer> {
  const transaction = transactionOf(connection);
  return andThen(recipientDecision(connection, recipient, parameters), (decision) => {
    const { verdict, effects, shadowed } = decision;
    if (shadowed.length > 0) logShadowed(plugin, connection, commandFor(recipient), shadowed);
    for (const line of effects.logLines) connection.lognotice(plugin, line);
    return andThen(delayReply(plugin, transaction, effects.delay), () =>
      // Another plugin may have ended the hook `mail` before FROM_ACCESS was consulted.
      andThen(
        senderDecision(connection),
        (sender) =>
          answerOnSender(plugin, connection, sender) ??
          answerOnRecipient(plugin, connection, recipient, verdict) ??
          limitRecipientSize(plugin, connection, transaction, decision),
      ),
    );
  });
}

/** Before DATA: not too many recipients were tried, and every one, also one that another plugin added, must be accepted. */
export const checkAgain = guard(function (connection) {
  const transaction = transactionOf(connection);
  const limited = limitTried(this, connection, transaction);
  if (limited !== proceed) return limited;
  return andThen(delayReply(this, transaction, null), () => {
    const recipients = transaction.rcpt_to;
    return andThen(recipientDecisions(connection, recipients), (decisions) => {
      for (const [at, { verdict, shadowed }] of decisions.entries()) {
        const recipient = recipients[at];
        if (recipient === undefined) break;
        if (shadowed.length > 0) logShadowed(this, connection, commandFor(recipient), shadowed);
        const answer = answerOnRecipient(this, connection, recipient, verdict);
        if (answer !== proceed) return answer;
      }
      return proceed;
    });
  });
});

/** The limits on messages; header lines and the Sender header. */
export const applyEffects = guard(function (connection) {
  const limited = limitMessage(this, connection, transactionOf(connection));
  return limited ?? andThen(applyMessageEffects(connection), () => proceed);
});

/** Ends the session at RSET where a limit says so. */
export const endSession = guard(
  function (connection) {
    endAtReset(this, connection);
    return proceed;
  },
  () => proceed,
);

/** Ends the session of a client that gives too many unknown commands. */
export const countBadCommand = guard(function (connection) {
  return limitCommands(this, connection);
});

/** Removes held and discarded recipients from the transaction. */
export const setMessageAside = guard(function (connection) {
  return setAside(this, connection);
});

/** The client is about to get 250: held messages stay. */
export const keepHeld = guard(
  (connection) => {
    if (connection.transaction !== null) keepHeldFiles(connection.transaction);
    return proceed;
  },
  () => proceed,
);

/** The transaction ended without 250: the client keeps the message, so nothing of it may be held here. */
export const dropHeld = guard(
  ({ transaction }) => (transaction === null ? proceed : andThen(dropHeldFiles(transaction), () => proceed)),
  () => proceed,
);
