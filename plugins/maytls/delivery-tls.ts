/*
 * TLS of mail that leaves by Haraka's queue. Where TLS may be used and fails, the same server is tried again at once, in
 * clear, on a new connection, and remembered. Where TLS is a must, the next server is tried; with none left the mail is
 * deferred, and at the end bounced, with what was wrong.
 * Ref: PMDF 2.3.4.45; RFC 3207 4.1
 */
import * as dsn from 'haraka-dsn';
import { type ClientTls, deliveryTls, oneLine } from '../../lib/index.js';
import { systemClock } from '../../runtime/clock.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import type { HarakaPlugin } from '../support/haraka.js';
import { awaitsSecondPass, findChannel, knownChannel, settleChannel } from '../support/outbound-channel.js';
import { watchAttempt } from './attempt.js';
import { FailedHosts } from './failed-hosts.js';
import { type Exchange, isOutboundSocket, type OutboundMail, type OutboundSocket } from './outbound-tls.js';

const failedHosts = new FailedHosts(systemClock);

/** Files that are watched already; Haraka uses the same object again for every round of attempts. */
const watched = new WeakSet<OutboundMail>();

/** What failed in the present round, server by server. */
const failures = new WeakMap<OutboundMail, string[]>();

/** Servers that get their second attempt, in clear. */
const inClear = new WeakSet<Exchange>();

function channelOf(mail: OutboundMail): string {
  const channel = knownChannel(mail);
  if (channel === null) throw new Error('the channel of the message is not known');
  return channel;
}

/** Where nobody can tell how the message is to leave, it leaves under TLS or not at all. */
function tlsOf(plugin: HarakaPlugin, mail: OutboundMail): ClientTls {
  try {
    return deliveryTls(gateway().policy, channelOf(mail), mail.todo.domain);
  } catch (error) {
    plugin.logerror(`TLS is demanded, because of trouble: ${causeOf(error)}`);
    return { demand: 'must', verify: 'none', name: null };
  }
}

interface Attempt {
  readonly mx: Exchange;
  readonly host: string;
  readonly port: number;
  readonly socket: OutboundSocket;
}

function watch(plugin: HarakaPlugin, mail: OutboundMail, { mx, host, port, socket }: Attempt): void {
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
      failures.set(mail, [...(failures.get(mail) ?? []), `${server}: ${reason}`]);
      mail.lognotice(`[pmdf/maytls] TLS is a must and not to be had with ${server}: ${reason}`);
      return;
    }
    failedHosts.remember(server, reason);
    inClear.add(mx);
    mail.mxlist.unshift(mx);
    mail.lognotice(`[pmdf/maytls] TLS with ${server} failed, trying in clear: ${reason}`);
  };
  watchAttempt(socket, { tls, mx, host, avoided, failed });
}

/** Tells the reason of a round that ended for want of TLS, for the log and the bounce. */
function withReason(mail: OutboundMail, reason: string): string {
  const found = failures.get(mail);
  failures.delete(mail);
  if (found === undefined || !reason.startsWith('Tried all')) return reason;
  const text = oneLine(`TLS is required: ${found.join('; ')}`);
  for (const recipient of mail.todo.rcpt_to) {
    mail.extend_rcpt_with_dsn(recipient, dsn.create(450, text, 7, 10));
  }
  return text;
}

function watchMail(plugin: HarakaPlugin, mail: OutboundMail): void {
  if (watched.has(mail)) return;
  watched.add(mail);
  const attempt = mail.try_deliver_host_on_socket.bind(mail);
  const defer = mail.temp_fail.bind(mail);
  mail.try_deliver_host_on_socket = (mx, host, port, socket) => {
    if (!isOutboundSocket(socket)) throw new Error('the connection is not one of Haraka 3.3');
    // Haraka takes the listeners of the connecting phase away first: what we break off must find its own.
    watch(plugin, mail, { mx, host, port, socket });
    attempt(mx, host, port, socket);
  };
  mail.temp_fail = (reason, extra) => defer(withReason(mail, reason), extra);
}

/** Prepares a file for delivery: finds its channel, and has every attempt watched. Rejects on trouble. */
export async function prepareDelivery(plugin: HarakaPlugin, mail: OutboundMail): Promise<void> {
  if (knownChannel(mail) === null && !awaitsSecondPass(mail)) {
    settleChannel(mail, await findChannel(gateway().policy, mail));
  }
  failures.delete(mail);
  watchMail(plugin, mail);
}
