/*
 * The one place that uses what Haraka 3.3 has for outbound mail without documenting it:
 *   hmail.try_deliver_host_on_socket(mx, host, port, socket)   one attempt at one server
 *   hmail.mxlist                                               the servers still to be tried; a failed attempt goes on with it
 *   hmail.temp_fail(reason, extra)                             the end of a round of attempts
 *   hmail.bounce(reason)                                       the end of a file that nobody will take
 *   hmail.extend_rcpt_with_dsn(recipient, dsn)                 what the bounce will say
 *   mx.auth_user, mx.auth_pass                                 a login that came with the server
 *   socket.emit, socket.write, socket.upgrade                  one connection, before and after the handshake
 *   socket.isEncrypted()                                       whether the handshake is made
 * `checkOutbound` looks for them in the classes at start, `isOutboundMail` in every file before it is delivered.
 */

import type { PluginName } from '../../support/gateway.js';
import type { QueueItem } from '../../support/outbound-channel.js';
import { hasFunctions } from '../part.js';
import type { HarakaPlugin } from '../types.js';

/** A server to be tried. */
export interface Exchange {
  readonly exchange?: string;
  readonly from_dns?: string;
  readonly using_lmtp?: boolean;
  auth_user?: string | undefined;
  auth_pass?: string | undefined;
}

/** A connection to a server. */
export interface OutboundSocket {
  emit(event: string, ...values: readonly unknown[]): boolean;
  write(text: string | Uint8Array, ...rest: readonly unknown[]): unknown;
  upgrade(options: object, done: (...result: readonly unknown[]) => void): void;
  isEncrypted(): boolean;
}

/** A file that is being delivered. */
export interface OutboundMail extends QueueItem {
  mxlist: Exchange[];
  try_deliver_host_on_socket(mx: Exchange, host: string, port: number, socket: OutboundSocket): void;
  temp_fail(reason: string, extra?: unknown): unknown;
  bounce(reason: string): unknown;
  extend_rcpt_with_dsn(recipient: object, dsn: object): void;
  get_force_tls(mx: Exchange): boolean;
  loginfo(message: string): void;
  lognotice(message: string): void;
  logerror(message: string): void;
}

const methods = [
  'try_deliver_host_on_socket',
  'temp_fail',
  'bounce',
  'extend_rcpt_with_dsn',
  'get_force_tls',
  'loginfo',
  'lognotice',
  'logerror',
];

const socketMethods = ['emit', 'write', 'upgrade', 'isEncrypted'];

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

/** Throws when this Haraka's outbound part is not the one we know. */
export function checkOutbound(plugin: HarakaPlugin, name: PluginName): void {
  const mail: unknown = plugin.haraka_require('outbound/hmail');
  if (typeof mail === 'function' && hasFunctions(Reflect.get(mail, 'prototype'), methods.slice(0, 5))) return;
  throw new Error(
    `pmdf/${name} needs the outbound part of Haraka 3.3 (${methods.slice(0, 5).join(', ')}); this Haraka has another ` +
      `one: use Haraka 3.3, or take pmdf/${name} out of config/plugins`,
  );
}
