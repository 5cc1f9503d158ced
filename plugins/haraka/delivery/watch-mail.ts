/*
 * Watches deliveries from Haraka's queue: each attempt at a server is shown to watchers before anything is sent. A watcher may
 * refuse a server or have it tried once more; when no server is left for that reason, the mail is deferred, and in the end
 * bounced, with what was missing.
 * Read from Haraka 3.3.4: outbound/hmail.js (try_deliver_host_on_socket, temp_fail, mxlist).
 */
import * as dsn from 'haraka-dsn';
import { oneLine } from '../../../lib/smtp/index.js';
import type { Exchange } from '../queue/exchange.js';
import type { HarakaPlugin } from '../types.js';
import { checkSocket, type OutboundMail, type OutboundSocket } from './outbound-mail.js';

/** One connection to one server. */
export interface Attempt {
  readonly mail: OutboundMail;
  readonly mx: Exchange;
  readonly host: string;
  readonly port: number;
  readonly socket: OutboundSocket;
}

/** Sees an attempt before it begins. */
export type Watcher = (plugin: HarakaPlugin, attempt: Attempt) => void;

/** What a server lacked that is required. */
export type Need = 'TLS' | 'AUTH' | 'SMTPUTF8';

interface Failure {
  readonly need: Need;
  readonly text: string;
}

/** The watchers of a file; Haraka uses the same object for every round of attempts. */
const watchers = new WeakMap<OutboundMail, Map<Watcher, HarakaPlugin>>();

/** What failed in the present round, server by server. */
const failures = new WeakMap<OutboundMail, Failure[]>();

/** Notes why a server was given up, for the log and the bounce of a round without success. */
export function noteFailure({ mail, host, port }: Attempt, need: Need, reason: string): void {
  failures.set(mail, [...(failures.get(mail) ?? []), { need, text: `${host}:${port}: ${reason}` }]);
}

/**
 * Has a server tried again at once, in another way, but not a third time: a server that fails in both ways would be tried
 * forever. `marked` holds the servers tried again.
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

/** Ends a round; where a requirement was not met, with that reason, and by a bounce where no later round would help. */
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
    checkSocket(socket);
    for (const [watcher, plugin] of made) watcher(plugin, { mail, mx, host, port, socket });
    attempt(mx, host, port, socket);
  };
  const bounce = mail.bounce.bind(mail);
  mail.temp_fail = (reason, extra) => endRound(mail, reason, { defer: (text) => defer(text, extra), bounce });
  return made;
}

/** Watches the attempts of the round that begins now. */
export function watchMail(plugin: HarakaPlugin, mail: OutboundMail, watcher: Watcher): void {
  failures.delete(mail);
  watch(mail).set(watcher, plugin);
}
