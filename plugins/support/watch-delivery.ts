/*
 * Deliveries from Haraka's queue under the eyes of our plugins: each attempt at a server is shown to whoever watches,
 * before a word is said. A watcher may refuse a server, or have it tried once more; when no server is left for that
 * reason the mail is deferred, and at the end bounced, with what was wrong.
 */

import * as constants from 'haraka-constants';
import * as dsn from 'haraka-dsn';
import { oneLine } from '../../lib/smtp/index.js';
import {
  type Exchange,
  isOutboundMail,
  isOutboundSocket,
  type OutboundMail,
  type OutboundSocket,
} from '../haraka/delivery/outbound-mail.js';
import type { HarakaPlugin, Next } from '../haraka/types.js';
import { gateway } from './gateway.js';
import { causeOf } from './guard.js';
import { awaitsSecondPass, findChannel, knownChannel, settleChannel } from './outbound-channel.js';

/** One connection to one server. */
export interface Attempt {
  readonly mail: OutboundMail;
  readonly mx: Exchange;
  readonly host: string;
  readonly port: number;
  readonly socket: OutboundSocket;
}

/** Looks into an attempt before it begins. Haraka hears of what it breaks off as of any error on the connection. */
export type Watcher = (plugin: HarakaPlugin, attempt: Attempt) => void;

/** What a server lacked that is a must. */
export type Need = 'TLS' | 'AUTH' | 'SMTPUTF8';

interface Failure {
  readonly need: Need;
  readonly text: string;
}

/** Who watches a file; Haraka uses the same object again for every round of attempts. */
const watchers = new WeakMap<OutboundMail, Map<Watcher, HarakaPlugin>>();

/** What failed in the present round, server by server. */
const failures = new WeakMap<OutboundMail, Failure[]>();

/** Remembers why a server was given up, for the log and the bounce of a round that ends without one. */
export function noteFailure({ mail, host, port }: Attempt, need: Need, reason: string): void {
  failures.set(mail, [...(failures.get(mail) ?? []), { need, text: `${host}:${port}: ${reason}` }]);
}

/**
 * Has a server tried once more at once, in another way; `marked` holds those that are. Not a third time: a server that
 * fails in either way could have us connect to it for ever.
 */
export function tryOnceMore({ mail, mx }: Pick<Attempt, 'mail' | 'mx'>, marked: WeakSet<Exchange>): boolean {
  if (marked.has(mx)) return false;
  marked.add(mx);
  mail.mxlist.unshift(mx);
  return true;
}

/** The status of the last failure. Ref: RFC 3463 3.8, RFC 4954 6, RFC 6531 3.5 */
function statusOf(need: Need, text: string): object {
  switch (need) {
    case 'TLS':
      return dsn.create(450, text, 7, 10);
    case 'AUTH':
      return dsn.create(454, text, 7, 0);
    case 'SMTPUTF8':
      return dsn.create(553, text, 6, 7);
  }
}

/** Ends a round with the reason, where a must was not met: by a bounce where no later round would change that. */
function endRound(
  mail: OutboundMail,
  reason: string,
  ends: { readonly defer: (reason: string) => unknown; readonly bounce: (reason: string) => unknown },
): unknown {
  const found = failures.get(mail) ?? [];
  failures.delete(mail);
  const last = found.at(-1);
  if (last === undefined || !reason.startsWith('Tried all')) return ends.defer(reason);
  const needs = [...new Set(found.map(({ need }) => need))];
  const texts = needs.map((need) => {
    const servers = found.filter((one) => one.need === need).map(({ text }) => text);
    return `${need} is required: ${servers.join('; ')}`;
  });
  const text = oneLine(texts.join('; '));
  for (const recipient of mail.todo.rcpt_to) mail.extend_rcpt_with_dsn(recipient, statusOf(last.need, text));
  return found.every(({ need }) => need === 'SMTPUTF8') ? ends.bounce(text) : ends.defer(text);
}

function watch(mail: OutboundMail): Map<Watcher, HarakaPlugin> {
  const known = watchers.get(mail);
  if (known !== undefined) return known;
  const made = new Map<Watcher, HarakaPlugin>();
  watchers.set(mail, made);
  const attempt = mail.try_deliver_host_on_socket.bind(mail);
  const defer = mail.temp_fail.bind(mail);
  mail.try_deliver_host_on_socket = (mx, host, port, socket) => {
    if (!isOutboundSocket(socket)) throw new Error('the connection is not one of Haraka 3.3');
    // Haraka takes the listeners of the connecting phase away first: what we break off must find its own.
    for (const [watcher, plugin] of made) watcher(plugin, { mail, mx, host, port, socket });
    attempt(mx, host, port, socket);
  };
  const bounce = mail.bounce.bind(mail);
  mail.temp_fail = (reason, extra) => endRound(mail, reason, { defer: (text) => defer(text, extra), bounce });
  return made;
}

/** Has the attempts of the round that begins now watched. */
export function watchMail(plugin: HarakaPlugin, mail: OutboundMail, watcher: Watcher): void {
  failures.delete(mail);
  watch(mail).set(watcher, plugin);
}

/** Finds the channel of a file and has its attempts watched. */
async function prepare(plugin: HarakaPlugin, mail: OutboundMail, watcher: Watcher): Promise<void> {
  if (knownChannel(mail) === null && !awaitsSecondPass(mail)) {
    settleChannel(mail, await findChannel(gateway().policy, mail));
  }
  watchMail(plugin, mail, watcher);
}

/** The channel that a file leaves by; throws where nobody can tell. */
export function channelOfFile(mail: OutboundMail): string {
  const channel = knownChannel(mail);
  if (channel === null) throw new Error('the channel of the message is not known');
  return channel;
}

/** Seconds until mail is looked at again whose delivery could not be prepared. */
const delaySeconds = 60;

/** The hook send_email: a file of the queue is about to be delivered. Trouble delays it. */
export function watchDeliveries(watcher: Watcher): (this: HarakaPlugin, next: Next, mail: unknown) => void {
  return function (this: HarakaPlugin, next: Next, mail: unknown): void {
    const delay = (error: unknown): void => {
      this.logerror(`delivery waits, because of trouble: ${causeOf(error)}`);
      next(constants.delay, delaySeconds);
    };
    if (!isOutboundMail(mail)) delay('the file is not one of the outbound part of Haraka 3.3');
    else prepare(this, mail, watcher).then(() => next(), delay);
  };
}
