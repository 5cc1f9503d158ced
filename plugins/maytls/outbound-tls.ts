/*
 * The one place that uses what Haraka 3.3 has for outbound mail without documenting it:
 *   hmail.try_deliver_host_on_socket(mx, host, port, socket)   one attempt at one server
 *   hmail.mxlist                                               the servers still to be tried; a failed attempt goes on with it
 *   hmail.temp_fail(reason, extra)                             the end of a round of attempts
 *   hmail.extend_rcpt_with_dsn(recipient, dsn)                 what the bounce will say
 *   socket.emit, socket.write, socket.upgrade                  one connection, before and after the handshake
 * `checkOutbound` looks for them in the classes at start, `isOutboundMail` in every file before it is delivered.
 */
import type { HarakaPlugin } from '../support/haraka.js';
import type { QueueItem } from '../support/outbound-channel.js';

/** A server to be tried. */
export interface Exchange {
  readonly exchange?: string;
  readonly from_dns?: string;
  readonly using_lmtp?: boolean;
}

/** A connection to a server. */
export interface OutboundSocket {
  emit(event: string, ...values: readonly unknown[]): boolean;
  write(text: string | Uint8Array, ...rest: readonly unknown[]): unknown;
  upgrade(options: object, done: (...result: readonly unknown[]) => void): void;
}

/** A file that is being delivered. */
export interface OutboundMail extends QueueItem {
  mxlist: Exchange[];
  try_deliver_host_on_socket(mx: Exchange, host: string, port: number, socket: OutboundSocket): void;
  temp_fail(reason: string, extra?: unknown): unknown;
  extend_rcpt_with_dsn(recipient: object, dsn: object): void;
  get_force_tls(mx: Exchange): boolean;
  lognotice(message: string): void;
  logerror(message: string): void;
}

const methods = [
  'try_deliver_host_on_socket',
  'temp_fail',
  'extend_rcpt_with_dsn',
  'get_force_tls',
  'lognotice',
  'logerror',
];

const socketMethods = ['emit', 'write', 'upgrade'];

function hasFunctions(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** Tells whether a file can be delivered under our eyes. */
export function isOutboundMail(value: unknown): value is OutboundMail {
  if (!hasFunctions(value, methods)) return false;
  const todo: unknown = Reflect.get(value, 'todo');
  return typeof todo === 'object' && todo !== null && hasFunctions(Reflect.get(todo, 'notes'), ['get']);
}

/** Tells whether a connection is one that we can look into. */
export function isOutboundSocket(value: unknown): value is OutboundSocket {
  return hasFunctions(value, socketMethods);
}

/** Whether Haraka ever issues STARTTLS: the setting `enable_tls` of outbound.ini. */
export function issuesStartTls(plugin: HarakaPlugin): boolean {
  const settings: unknown = plugin.haraka_require('outbound/config');
  if (typeof settings !== 'object' || settings === null) return true;
  const cfg: unknown = Reflect.get(settings, 'cfg');
  return typeof cfg !== 'object' || cfg === null || Reflect.get(cfg, 'enable_tls') !== false;
}

/** Throws when this Haraka's outbound part is not the one we know. */
export function checkOutbound(plugin: HarakaPlugin): void {
  const mail: unknown = plugin.haraka_require('outbound/hmail');
  if (typeof mail === 'function' && hasFunctions(Reflect.get(mail, 'prototype'), methods.slice(0, 4))) return;
  throw new Error(
    `pmdf/maytls needs the outbound part of Haraka 3.3 (${methods.slice(0, 4).join(', ')}); this Haraka has another ` +
      'one: use Haraka 3.3, or take pmdf/maytls out of config/plugins',
  );
}
