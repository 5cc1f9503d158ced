/*
 * Recipients whom a server accepts with another code than 250, as 251 for one that it forwards. Haraka 3.3 delivers to
 * them no more and tells nobody: it removes the queue file. Such a reply reaches it as 250. What is used of its queue
 * without documentation: try_deliver_host_on_socket, and socket.write and `line` events of a connection.
 * Ref: RFC 5321 3.4, 4.2.1, 4.3.2
 */
import type { HarakaPlugin } from '../types.js';
import { isOutboundSocket, type OutboundMail, type OutboundSocket } from './outbound-mail.js';

type Attempt = OutboundMail['try_deliver_host_on_socket'];

interface AttemptingPrototype {
  try_deliver_host_on_socket: Attempt;
}

function isAttempting(value: unknown): value is AttemptingPrototype {
  return typeof Reflect.get(Object(value), 'try_deliver_host_on_socket') === 'function';
}

const command = /^[A-Z]+(?: .*)?\r\n$/;
const recipientCommand = /^RCPT TO:/;
const otherSuccess = /^2(?!50)\d\d(?=[- ]|$)/;

const sockets = new WeakSet<OutboundSocket>();

/** Lets Haraka hear 250 wherever a server accepts a recipient. */
function listen(socket: OutboundSocket): void {
  if (sockets.has(socket)) return;
  sockets.add(socket);
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket);
  let isRecipient = false;
  socket.emit = (event, ...values) => {
    const [line, ...rest] = values;
    return event === 'line' && isRecipient && typeof line === 'string'
      ? emit(event, line.replace(otherSuccess, '250'), ...rest)
      : emit(event, ...values);
  };
  socket.write = (text, ...rest) => {
    if (typeof text === 'string' && command.test(text)) isRecipient = recipientCommand.test(text);
    return write(text, ...rest);
  };
}

const changed = new WeakSet<AttemptingPrototype>();

/** Has every recipient count that a server accepts; throws when this Haraka is not one that we know. */
export function countAccepted(plugin: HarakaPlugin): void {
  const outbound: unknown = plugin.haraka_require('outbound');
  const prototype: unknown = Reflect.get(Object(Reflect.get(Object(outbound), 'HMailItem')), 'prototype');
  if (!isAttempting(prototype)) {
    throw new Error(
      'pmdf/deliver needs the outbound queue of Haraka 3.3 (try_deliver_host_on_socket), and this Haraka has another',
    );
  }
  if (changed.has(prototype)) return;
  changed.add(prototype);
  const attempt = prototype.try_deliver_host_on_socket;
  prototype.try_deliver_host_on_socket = function (mx, host, port, socket) {
    if (!isOutboundSocket(socket)) throw new Error('the connection is not one of Haraka 3.3');
    listen(socket);
    attempt.call(this, mx, host, port, socket);
  };
}
