/*
 * A queue file while Haraka delivers it, and its connections.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js
 *   try_deliver_host_on_socket(mx, host, port, socket)   one attempt at one server
 *   mxlist                                               the servers still to be tried; a failed attempt continues with it
 *   temp_fail(reason, extra), bounce(reason)             the end of a round of attempts, and of the file
 *   extend_rcpt_with_dsn(recipient, dsn)                 what the bounce will say
 *   get_force_tls(mx)                                    the install's own demand of TLS
 * and tls_socket.js (emit, write, upgrade, isEncrypted of a connection, before and after the handshake).
 */
import { hasFunctions, Part } from '../part.js';
import type { Exchange } from '../queue/exchange.js';
import type { HarakaAddress, HarakaNotes } from '../types.js';

/** A file of Haraka's queue. */
export interface QueueItem {
  readonly todo: {
    readonly notes: HarakaNotes;
    readonly mail_from: HarakaAddress;
    readonly rcpt_to: readonly HarakaAddress[];
    readonly domain: string;
  };
}

export interface OutboundSocket {
  emit(event: string, ...values: readonly unknown[]): boolean;
  write(text: string | Uint8Array, ...rest: readonly unknown[]): unknown;
  upgrade(options: object, done: (...result: readonly unknown[]) => void): void;
  isEncrypted(): boolean;
}

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

/** The methods of the class; its log methods are added to each file. */
export const outboundMail = new Part<OutboundMail>('outbound', 'HMailItem.prototype', [
  'try_deliver_host_on_socket',
  'temp_fail',
  'bounce',
  'extend_rcpt_with_dsn',
  'get_force_tls',
]);

const mailMethods = [
  'try_deliver_host_on_socket',
  'temp_fail',
  'bounce',
  'extend_rcpt_with_dsn',
  'get_force_tls',
  'loginfo',
  'lognotice',
  'logerror',
];

function isOutboundMail(value: unknown): value is OutboundMail {
  if (!hasFunctions(value, mailMethods)) return false;
  const todo: unknown = Reflect.get(value, 'todo');
  return typeof todo === 'object' && todo !== null && hasFunctions(Reflect.get(todo, 'notes'), ['get']);
}

/** A file as the hooks get it; throws when it is not one that can be watched. */
export function outboundMailOf(value: unknown): OutboundMail {
  if (isOutboundMail(value)) return value;
  throw new Error('the queue file is not one of Haraka 3.3');
}

/** Throws when a connection is not one that can be watched. */
export function checkSocket(socket: OutboundSocket): void {
  if (!hasFunctions(socket, ['emit', 'write', 'upgrade', 'isEncrypted']))
    throw new Error('the connection is not one of Haraka 3.3');
}
