/*
 * TLS of mail that leaves by Haraka's queue. Where TLS may be used and fails, the same server is tried again at once, in
 * clear, on a new connection, and remembered. Where TLS is a must, the next server is tried; with none left the mail is
 * deferred, and at the end bounced, with what was wrong.
 * Ref: PMDF 2.3.4.45; RFC 3207 4.1
 */
import { deliveryTls } from '../../lib/policy/index.js';
import { oneLine } from '../../lib/smtp/index.js';
import type { ClientTls } from '../../lib/tls/index.js';
import { systemClock } from '../../runtime/time/index.js';
import type { Exchange, OutboundMail } from '../haraka/delivery/outbound-mail.js';
import type { HarakaPlugin } from '../haraka/types.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import { type Attempt, channelOfFile, noteFailure, tryOnceMore } from '../support/watch-delivery.js';
import { FailedHosts } from './failed-hosts.js';
import { watchAttempt } from './tls-attempt.js';

const failedHosts = new FailedHosts(systemClock);

/** Servers that get their second attempt, in clear. */
const inClear = new WeakSet<Exchange>();

/** Where nobody can tell how the message is to leave, it leaves under TLS or not at all. */
function tlsOf(plugin: HarakaPlugin, mail: OutboundMail): ClientTls {
  try {
    return deliveryTls(gateway().policy, channelOfFile(mail), mail.todo.domain);
  } catch (error) {
    plugin.logerror(`TLS is demanded, because of trouble: ${causeOf(error)}`);
    return { demand: 'must', verify: 'none', name: null, ca: null };
  }
}

/** Watches one attempt. */
export function watchTls(plugin: HarakaPlugin, attempt: Attempt): void {
  const { mail, mx, host, port, socket } = attempt;
  // An install's own force_tls_hosts asks for more than we do, and Haraka sees to it.
  if (mail.get_force_tls(mx)) return;
  const tls = tlsOf(plugin, mail);
  const server = `${host}:${port}`;
  const isMust = tls.demand === 'must';
  const known = isMust ? null : failedHosts.reasonOf(server);
  if (known !== null && tls.demand === 'may' && !inClear.has(mx)) {
    mail.lognotice(`[pmdf/maytls] no TLS with ${server}, where it failed lately: ${known}`);
  }
  const avoided = !isMust && (known !== null || inClear.has(mx));
  const failed = (cause: string): void => {
    const reason = oneLine(cause);
    if (isMust) {
      noteFailure(attempt, 'TLS', reason);
      mail.lognotice(`[pmdf/maytls] TLS is a must and not to be had with ${server}: ${reason}`);
      return;
    }
    failedHosts.remember(server, reason);
    const then = tryOnceMore(attempt, inClear) ? ', trying in clear' : '';
    mail.lognotice(`[pmdf/maytls] TLS with ${server} failed${then}: ${reason}`);
  };
  const own = tls.ca === null ? null : gateway().policy.authorities.get(tls.ca);
  const authorities = own === null ? null : own === undefined ? [] : [own];
  watchAttempt(socket, { tls, mx, host, authorities, avoided, failed });
}
