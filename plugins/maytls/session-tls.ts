/*
 * TLS in sessions with clients: STARTTLS offered, refused or awaited as the channel of the connection says now, and the
 * channel switched once TLS is active. The handshake is made by Haraka's plugin `tls`.
 * Ref: PMDF 2.3.4.45; RFC 3207 4
 */
import { sessionTls, speaksOldExchange } from '../../lib/policy/index.js';
import { type Reply, reply } from '../../lib/smtp/index.js';
import { mayPrecedeTls, type ServerTls, tlsActive, tlsNotOffered, tlsRequired } from '../../lib/tls/index.js';
import { refuseBeforeTls } from '../haraka/connection/refuse-before-tls.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { addResult } from '../support/add-result.js';
import { followSwitches } from '../support/follow-switches.js';
import { guard } from '../support/guard.js';
import { type HookAnswer, proceed, refuse } from '../support/respond.js';
import { connectionState, sessionOf } from '../support/session.js';

function tlsNow(connection: HarakaConnection): ServerTls {
  const { policy } = connectionState(connection);
  return sessionTls(policy, sessionOf(connection, policy).sourceChannel, connection.tls.enabled);
}

/** The command of old Exchange that is STARTTLS by another name, for channels with `msexchange`. */
const oldVerb = 'TLS';

function knowsOldVerb(connection: HarakaConnection): boolean {
  const { policy } = connectionState(connection);
  return speaksOldExchange(policy, sessionOf(connection, policy).sourceChannel);
}

function logRefusal(plugin: HarakaPlugin, connection: HarakaConnection, what: string, given: Reply): void {
  const text = `${given.code} ${given.enhanced} ${given.text}`;
  connection.lognotice(plugin, `reject ${what} entry=none reply="${text}"`);
  addResult(plugin, connection, { fail: what });
}

function refuseAwaiting(plugin: HarakaPlugin, connection: HarakaConnection, verb: string): HookAnswer {
  if (mayPrecedeTls(verb) || !tlsNow(connection).awaited) return proceed;
  logRefusal(plugin, connection, verb.toUpperCase(), tlsRequired);
  return refuse(tlsRequired);
}

/** The channel is known: a connection under TLS from the start may be switched at once. */
export const enter = guard(function (this: HarakaPlugin, connection: HarakaConnection) {
  if (connection.tls.enabled) followSwitches(this, connection);
  refuseBeforeTls(
    connection,
    () => tlsNow(connection).awaited,
    (verb) => logRefusal(this, connection, verb, tlsRequired),
  );
  return proceed;
});

/** After the handshake a client has to begin with EHLO or HELO again: the first moment under TLS. */
export const greeted = guard(function (this: HarakaPlugin, connection: HarakaConnection) {
  if (connection.tls.enabled) followSwitches(this, connection);
  return refuseAwaiting(this, connection, connection.hello.verb ?? 'HELO');
});

/** What EHLO offers. */
export const offer = guard(
  (connection) => {
    const { offered, awaited } = tlsNow(connection);
    const hidden = (name: string): boolean =>
      (!offered && name === 'STARTTLS') || (awaited && /^AUTH(?:$|[ =])/i.test(name));
    const left = (connection.capabilities ?? []).filter((one) => one !== oldVerb && !hidden(one));
    if (left.includes('STARTTLS') && knowsOldVerb(connection)) left.push(oldVerb);
    connection.capabilities = left;
    if (!offered) connection.tls.advertised = false;
    return proceed;
  },
  // Core ignores refusals here; what EHLO offers too much is refused when it is used.
  () => proceed,
);

/** MAIL and VRFY. */
export const mail = guard(function (this: HarakaPlugin, connection: HarakaConnection) {
  return refuseAwaiting(this, connection, 'MAIL');
});
export const verify = guard(function (this: HarakaPlugin, connection: HarakaConnection) {
  return refuseAwaiting(this, connection, 'VRFY');
});

const noParameters: Reply = reply(501, '5.5.4', 'STARTTLS has no parameters');

/** Commands that plugins obey: STARTTLS, AUTH, and all that nobody knows. */
export const otherCommand = guard(function (
  this: HarakaPlugin,
  connection: HarakaConnection,
  params: [string, string?],
) {
  // Haraka's plugin `tls` is asked after us, with the same words.
  if (params[0].toUpperCase() === oldVerb && knowsOldVerb(connection)) params[0] = 'STARTTLS';
  const [verb, rest = ''] = params;
  if (verb.toUpperCase() !== 'STARTTLS') return refuseAwaiting(this, connection, verb);
  const refusal = connection.tls.enabled
    ? tlsActive
    : !tlsNow(connection).offered
      ? tlsNotOffered
      : rest.trim() !== ''
        ? noParameters
        : null;
  if (refusal === null) return proceed;
  logRefusal(this, connection, 'STARTTLS', refusal);
  return refuse(refusal);
});
