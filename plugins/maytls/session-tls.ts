/*
 * TLS in sessions with clients: STARTTLS is offered, refused or awaited as the channel of the connection now says, and the
 * channel switches once TLS is active. Haraka's plugin `tls` makes the handshake.
 * Ref: PMDF 2.3.4.45; RFC 3207 4
 */
import { sessionTls, speaksOldExchange } from '../../lib/policy/index.js';
import { type Reply, reply, replyLine } from '../../lib/smtp/index.js';
import { mayPrecedeTls, type ServerTls, tlsActive, tlsNotOffered, tlsRequired } from '../../lib/tls/index.js';
import {
  connectionClass,
  type HarakaConnection,
  type HarakaPlugin,
  refuseCommands,
} from '../haraka/index.js';
import {
  addResult,
  connectionState,
  followSwitches,
  guard,
  type HookAnswer,
  proceed,
  refuse,
  sourceChannelOf,
} from '../support/index.js';

function tlsNow(connection: HarakaConnection): ServerTls {
  const { policy } = connectionState(connection);
  return sessionTls(policy, sourceChannelOf(connection, policy), connection.tls.enabled);
}

/** The command of old Exchange servers for STARTTLS, for channels with `msexchange`. */
const oldVerb = 'TLS';

function knowsOldVerb(connection: HarakaConnection): boolean {
  const { policy } = connectionState(connection);
  return speaksOldExchange(policy, sourceChannelOf(connection, policy));
}

function logRefusal(plugin: HarakaPlugin, connection: HarakaConnection, what: string, given: Reply): void {
  connection.lognotice(plugin, `reject ${what} entry=none reply="${replyLine(given)}"`);
  addResult(plugin, connection, { fail: what });
}

function refuseAwaiting(plugin: HarakaPlugin, connection: HarakaConnection, verb: string): HookAnswer {
  if (mayPrecedeTls(verb) || !tlsNow(connection).awaited) return proceed;
  logRefusal(plugin, connection, verb.toUpperCase(), tlsRequired);
  return refuse(tlsRequired);
}

/** Refuses, from now on, commands for which there is no hook. Throws when this Haraka lacks a part that it needs. */
export function refuseAwaitingCommands(plugin: HarakaPlugin): void {
  refuseCommands(connectionClass.in(plugin), (connection, verb) => {
    if (!tlsNow(connection).awaited) return null;
    logRefusal(plugin, connection, verb, tlsRequired);
    return tlsRequired;
  });
}

/** Once the channel is known: a connection under TLS from the start may switch at once. */
export const enter = guard(function (connection) {
  if (connection.tls.enabled) followSwitches(this, connection);
  return proceed;
});

/** After the handshake a client must send EHLO or HELO again: the first command under TLS. */
export const greeted = guard(function (connection) {
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
  // Core ignores refusals here; what EHLO should not have offered is refused when it is used.
  () => proceed,
);

/** MAIL and VRFY. */
export const mail = guard(function (connection) {
  return refuseAwaiting(this, connection, 'MAIL');
});
export const verify = guard(function (connection) {
  return refuseAwaiting(this, connection, 'VRFY');
});

const noParameters: Reply = reply(501, '5.5.4', 'STARTTLS has no parameters');

/** Commands that plugins handle: STARTTLS, AUTH, and unknown ones. */
export const otherCommand = guard<[string, string?]>(function (connection, params) {
  // Haraka's plugin `tls` runs after us, with the same parameters.
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
