/*
 * TLS of mail that leaves by Haraka's queue. Where TLS may be used and fails, the same server is tried again at once, in clear,
 * on a new connection, and remembered. Where TLS is required, the next server is tried; with none left the mail is deferred,
 * and in the end bounced, with the reason.
 * Ref: PMDF 2.3.4.45; RFC 3207 4.1
 */
import { deliveryTls } from '../../lib/policy/index.js';
import { oneLine } from '../../lib/smtp/index.js';
import type { ClientTls } from '../../lib/tls/index.js';
import { RecentAnswers, systemClock } from '../../runtime/time/index.js';
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
import { TlsAttempt } from './tls-attempt.js';

const rememberedMs = 30 * 60 * 1000;
const mostRemembered = 10_000;

/** Why TLS failed with a server lately, by host and port: mail that may go in clear does not try in vain each time. */
const failures = new RecentAnswers<string>(systemClock, mostRemembered);

/** Servers that are tried a second time, in clear. */
const inClear = new WeakSet<Exchange>();

/** Where the channel of the message is not known, TLS is required. */
function tlsOf(plugin: HarakaPlugin, mail: OutboundMail): ClientTls {
  try {
    return deliveryTls(gateway().policy, channelOfFile(mail), mail.todo.domain);
  } catch (error) {
    plugin.logerror(`TLS is required after an internal error: ${causeOf(error)}`);
    return { demand: 'must', verify: 'none', name: null, ca: null };
  }
}

export function watchTls(plugin: HarakaPlugin, attempt: Attempt): void {
  const { mail, mx, host, port, socket } = attempt;
  // An install's own force_tls_hosts demands more than we do, and Haraka enforces it.
  if (mail.get_force_tls(mx)) return;
  const tls = tlsOf(plugin, mail);
  const server = `${host}:${port}`;
  const isMust = tls.demand === 'must';
  const known = isMust ? undefined : failures.get(server);
  if (known !== undefined && tls.demand === 'may' && !inClear.has(mx)) {
    mail.lognotice(`[pmdf/maytls] no TLS with ${server}, where it failed lately: ${known}`);
  }
  const own = tls.ca === null ? null : gateway().policy.authorities.get(tls.ca);
  new TlsAttempt(socket, {
    tls,
    mx,
    host,
    authorities: own === null ? null : own === undefined ? [] : [own],
    avoided: !isMust && (known !== undefined || inClear.has(mx)),
    failed: (cause) => {
      const reason = oneLine(cause);
      if (isMust) {
        noteFailure(attempt, 'TLS', reason);
        mail.lognotice(`[pmdf/maytls] TLS is required and failed with ${server}: ${reason}`);
        return;
      }
      failures.keep(server, reason, rememberedMs);
      const then = tryOnceMore(attempt, inClear) ? ', trying in clear' : '';
      mail.lognotice(`[pmdf/maytls] TLS with ${server} failed${then}: ${reason}`);
    },
  });
}
