/*
 * pmdf/access: PORT_ACCESS, FROM_ACCESS, ORIG_SEND_ACCESS, SEND_ACCESS, ORIG_MAIL_ACCESS and MAIL_ACCESS, with the
 * built-in source-route entries. It denies or stays silent; it vouches for nobody.
 * Ref: PMDF 16.1
 */

import * as constants from 'haraka-constants';
import { decidePort } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { addResult } from '../support/add-result.js';
import { type Parameters, recipientDecision, senderDecision, transactionOf } from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import { guard } from '../support/guard.js';
import { joinGateway } from '../support/join-gateway.js';
import { tellMissing as missingTeller } from '../support/missing.js';

export { removeHeldLeftovers } from '../support/held-leftovers.js';
export { pinDenial } from '../support/pin-denial.js';

import type { HarakaAddress, HarakaConnection, HarakaPlugin, Next } from '../support/haraka.js';
import { dropHeldFiles, keepHeldFiles } from '../support/held-file.js';
import { type HookAnswer, messageOf, proceed, refuse } from '../support/respond.js';
import { connectionState, sessionOf, transactionState } from '../support/session.js';
import type { ShadowedCommand } from '../support/shadow-line.js';
import { delayReply } from './delay.js';
import { addEffects, logEffects } from './effects.js';
import { setAside } from './set-aside.js';
import { logShadowed } from './shadow.js';

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'access');
  this.register_hook('init_master', 'tellMissing');
  for (const hook of ['init_master', 'init_child']) this.register_hook(hook, 'removeHeldLeftovers');
  this.register_hook('connect', 'checkPort', -90);
  this.register_hook('mail', 'checkSender', -90);
  this.register_hook('rcpt', 'checkRecipient', -90);
  this.register_hook('deny', 'pinDenial', -100);
  this.register_hook('data', 'checkAgain', -90);
  this.register_hook('data_post', 'applyEffects', -90);
  this.register_hook('queue', 'setMessageAside', -90);
  this.register_hook('queue_outbound', 'setMessageAside', -90);
  this.register_hook('queue_ok', 'keepHeld', -90);
  this.register_hook('reset_transaction', 'dropHeld', -90);
}

/** The answer to a verdict; accepting leaves the word to others. */
function answerTo(verdict: Verdict): HookAnswer {
  return verdict.kind === 'accept' ? proceed : refuse(verdict.reply);
}

/** Writes the one line that tells why something was not accepted. */
function logVerdict(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  what: string,
  verdict: Verdict,
): void {
  if (verdict.kind === 'accept') return;
  const { code, enhanced, text } = verdict.reply;
  const place = verdict.place ?? 'none';
  const cause = verdict.kind === 'defer' ? ` cause="${verdict.cause}"` : '';
  const line = `${verdict.kind} ${what} entry=${place} reply="${code} ${enhanced} ${text}"${cause}`;
  connection.lognotice(plugin, line);
  addResult(plugin, connection.transaction ?? connection, { fail: `${what} ${place}` });
}

function commandFor({ original }: HarakaAddress): ShadowedCommand {
  return { command: 'RCPT', argument: `to=${original}` };
}

/** PORT_ACCESS. */
export const checkPort = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const state = connectionState(connection);
  const session = sessionOf(connection, state.policy);
  const { verdict, effects, shadowed } = await gateway().decide(state.policy, (environment) =>
    decidePort({ policy: state.policy, session, environment }),
  );
  const command = { command: 'CONNECT', argument: `client=${session.client.address}` } as const;
  logShadowed(this, connection, command, shadowed);
  logEffects(this, connection, effects);
  logVerdict(this, connection, 'connection', verdict);
  if (verdict.kind !== 'reject') return answerTo(verdict);
  const code = verdict.reply.code >= 500 ? constants.denydisconnect : constants.denysoftdisconnect;
  return { code, message: messageOf(verdict.reply) };
});

/** FROM_ACCESS. */
export const checkSender = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const { verdict, effects, envelopeFrom, shadowed } = await senderDecision(connection);
  const command = { command: 'MAIL', argument: `from=<${envelopeFrom}>` } as const;
  logShadowed(this, connection, command, shadowed);
  logEffects(this, connection, effects);
  await delayReply(this, transactionOf(connection), effects.delay);
  logVerdict(this, connection, `sender <${envelopeFrom}>`, verdict);
  return answerTo(verdict);
});

/** The tables that look at a recipient. */
export const checkRecipient = guard(async function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: readonly [HarakaAddress, Parameters?],
) {
  const [recipient, parameters] = params;
  const transaction = transactionOf(connection);
  const { verdict, effects, shadowed } = await recipientDecision(connection, recipient, parameters);
  logShadowed(this, connection, commandFor(recipient), shadowed);
  logEffects(this, connection, effects);
  await delayReply(this, transaction, effects.delay);
  // Another plugin may have ended the hook `mail` before FROM_ACCESS was asked.
  const sender = await senderDecision(connection);
  if (sender.verdict.kind !== 'accept') {
    logVerdict(this, connection, `sender <${sender.envelopeFrom}>`, sender.verdict);
    return answerTo(sender.verdict);
  }
  logVerdict(this, connection, `recipient ${recipient.original}`, verdict);
  return answerTo(verdict);
});

/** Before DATA: whatever stands in rcpt_to must have been accepted. */
export const checkAgain = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  const transaction = transactionOf(connection);
  const { recipients } = transactionState(connection, transaction);
  await delayReply(this, transaction, null);
  for (const recipient of transaction.rcpt_to) {
    const decision = recipients.get(recipient) ?? (await recipientDecision(connection, recipient, undefined));
    logShadowed(this, connection, commandFor(recipient), decision.shadowed);
    if (decision.verdict.kind === 'accept') continue;
    logVerdict(this, connection, `recipient ${recipient.original}`, decision.verdict);
    return refuse(decision.verdict.reply);
  }
  return proceed;
});

/** Header lines and the Sender header. */
export const applyEffects = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  await addEffects(connection);
  return proceed;
});

/** Held and discarded recipients leave the transaction here. */
export const setMessageAside = guard(async function (this: HarakaPlugin, connection: HarakaConnection) {
  return await setAside(this, connection);
});

/** The client is about to be told 250: what is held stays. */
export const keepHeld = guard(
  (connection) => {
    if (connection.transaction !== null) keepHeldFiles(connection.transaction);
    return proceed;
  },
  () => proceed,
);

/** The transaction ended without 250: the client keeps the message, so that nothing of it may be held here. */
export const dropHeld = guard(
  async (connection) => {
    if (connection.transaction !== null) await dropHeldFiles(connection.transaction);
    return proceed;
  },
  () => proceed,
);

/** Says what this plugin lacks because others are not enabled, and what decides nothing. */
export function tellMissing(this: HarakaPlugin, next: Next): void {
  const { tables, channels } = gateway().policy.settings.shadow;
  const inShadow = [...tables, ...channels.map((channel) => `all tables for ${channel}`)];
  if (inShadow.length > 0) this.lognotice(`in shadow: ${inShadow.join(', ')}`);
  missingTeller('access').call(this, next);
}
