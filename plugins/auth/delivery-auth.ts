/*
 * AUTH of mail that leaves by Haraka's queue, as the channel of the file says. Where AUTH is a must and not to be had the
 * next server is tried; with none left the mail is deferred, and at the end bounced, with what was wrong. Where it may
 * be, a server that hangs up on it is tried again at once, without.
 * Ref: PMDF 2.3.4.43; RFC 4954
 */
import { deliverySasl } from '../../lib/policy/index.js';
import { oneLine } from '../../lib/smtp/index.js';
import { type ClientSasl, type Credentials, Secret, saslMechanisms } from '../../lib/tls/index.js';
import type { Exchange, OutboundMail } from '../haraka/delivery/outbound-mail.js';
import type { HarakaPlugin } from '../haraka/types.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import { type Attempt, channelOfFile, noteFailure, tryOnceMore } from '../support/watch-delivery.js';
import { watchClientAttempt } from './auth-attempt.js';

/** Servers that hung up on AUTH and get their second attempt, without. */
const avoided = new WeakSet<Exchange>();

/** Logins that came with a server, as that of smtp_forward does. */
const logins = new WeakMap<Exchange, Credentials>();

/** Takes its login from a server, so that Haraka does not use it by itself. */
function loginOf(mx: Exchange): Credentials | null {
  const { auth_user: user = '', auth_pass: password = '' } = mx;
  if (user !== '' && password !== '') {
    logins.set(mx, { user, password: new Secret(password), mechanisms: saslMechanisms });
  }
  mx.auth_user = undefined;
  mx.auth_pass = undefined;
  return logins.get(mx) ?? null;
}

/** Where nobody can tell how the message is to leave, it does not. */
function saslOf(plugin: HarakaPlugin, mail: OutboundMail): ClientSasl {
  try {
    return deliverySasl(gateway().policy, channelOfFile(mail));
  } catch (error) {
    plugin.logerror(`AUTH is demanded, because of trouble: ${causeOf(error)}`);
    return { demand: 'must', section: '', credentials: null, inClear: false };
  }
}

/** Watches one attempt. */
export function watchAuth(plugin: HarakaPlugin, attempt: Attempt): void {
  const { mail, mx, host, port, socket } = attempt;
  const sasl = saslOf(plugin, mail);
  // A login that another plugin gave a server is left to Haraka where the channel says nothing of AUTH.
  if (sasl.demand === 'no') return;
  const server = `${host}:${port}`;
  const login = loginOf(mx);
  watchClientAttempt(socket, {
    sasl,
    credentials: sasl.credentials ?? login,
    avoided: avoided.has(mx),
    authenticated: (mechanism) => {
      mail.loginfo(
        `[pmdf/auth] authenticated to ${server} by ${mechanism} with [CLIENT_AUTH=${sasl.section}]`,
      );
    },
    without: (cause) => {
      mail.lognotice(`[pmdf/auth] no AUTH with ${server}, going on without: ${oneLine(cause)}`);
    },
    failed: (cause) => {
      const reason = oneLine(cause);
      if (sasl.demand === 'must') {
        noteFailure(attempt, 'AUTH', reason);
        mail.lognotice(`[pmdf/auth] AUTH is a must and not to be had with ${server}: ${reason}`);
        return;
      }
      const then = tryOnceMore(attempt, avoided) ? ', trying without' : '';
      mail.lognotice(`[pmdf/auth] AUTH with ${server} failed${then}: ${reason}`);
    },
  });
}
