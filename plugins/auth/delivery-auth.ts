/*
 * AUTH of mail that leaves by Haraka's queue, as the channel of the file says. Where AUTH is required and fails the next server
 * is tried; with none left the mail is deferred, and in the end bounced, with the reason. Where AUTH is optional, a server that
 * closes the connection on it is tried again at once, without.
 * Ref: PMDF 2.3.4.43; RFC 4954
 */
import { deliverySasl } from '../../lib/policy/index.js';
import { oneLine } from '../../lib/smtp/index.js';
import { type ClientSasl, type Credentials, Secret, saslMechanisms } from '../../lib/tls/index.js';
import {
  type Attempt,
  causeOf,
  type Exchange,
  type HarakaPlugin,
  noteFailure,
  type OutboundMail,
  tryOnceMore,
} from '../haraka/index.js';
import { channelOfFile, gateway } from '../support/index.js';
import { AuthAttempt } from './auth-attempt.js';

/** Servers that closed the connection on AUTH and are tried a second time, without. */
const avoided = new WeakSet<Exchange>();

/** Logins that came with a server, such as that of smtp_forward. */
const logins = new WeakMap<Exchange, Credentials>();

/** Removes the login from a server, so that Haraka does not use it, and returns it. */
function takeLogin(mx: Exchange): Credentials | null {
  const { auth_user: user = '', auth_pass: password = '' } = mx;
  if (user !== '' && password !== '') {
    logins.set(mx, { user, password: new Secret(password), mechanisms: saslMechanisms });
  }
  mx.auth_user = undefined;
  mx.auth_pass = undefined;
  return logins.get(mx) ?? null;
}

/** Where the channel of the message is not known, AUTH is required. */
function saslOf(plugin: HarakaPlugin, mail: OutboundMail): ClientSasl {
  try {
    return deliverySasl(gateway().policy, channelOfFile(mail));
  } catch (error) {
    plugin.logerror(`AUTH is required after an internal error: ${causeOf(error)}`);
    return { demand: 'must', section: '', credentials: null, inClear: false };
  }
}

export function watchAuth(plugin: HarakaPlugin, attempt: Attempt): void {
  const { mail, mx, host, port, socket } = attempt;
  const sasl = saslOf(plugin, mail);
  // Haraka uses a login that another plugin gave a server, where the channel does not mention AUTH.
  if (sasl.demand === 'no') return;
  const server = `${host}:${port}`;
  const login = takeLogin(mx);
  new AuthAttempt(socket, {
    sasl,
    credentials: sasl.credentials ?? login,
    avoided: avoided.has(mx),
    authenticated: (mechanism) => {
      mail.loginfo(
        `[pmdf/auth] authenticated to ${server} by ${mechanism} with [CLIENT_AUTH=${sasl.section}]`,
      );
    },
    without: (cause) => {
      mail.lognotice(`[pmdf/auth] no AUTH with ${server}, continuing without: ${oneLine(cause)}`);
    },
    failed: (cause) => {
      const reason = oneLine(cause);
      if (sasl.demand === 'must') {
        noteFailure(attempt, 'AUTH', reason);
        mail.lognotice(`[pmdf/auth] AUTH is required and failed with ${server}: ${reason}`);
        return;
      }
      const then = tryOnceMore(attempt, avoided) ? ', trying without' : '';
      mail.lognotice(`[pmdf/auth] AUTH with ${server} failed${then}: ${reason}`);
    },
  });
}
