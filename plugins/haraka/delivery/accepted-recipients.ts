/*
 * Recipients whom a server accepts with another code than 250, such as 251 for one that it forwards. Haraka 3.3 does not
 * deliver to them, tells nobody, and removes the queue file. Here such a reply reaches it as 250.
 * Read from Haraka 3.3.4: outbound/hmail.js try_deliver_host_on_socket. Ref: RFC 5321 3.4, 4.2.1, 4.3.2
 */
import type { HarakaPlugin } from '../types.js';
import { type Send, SocketWatch, verbOf } from './socket-watch.js';
import { connectionWatcher } from './watch-connections.js';

const command = /^[A-Z]+(?: .*)?\r\n$/;
const otherSuccess = /^2(?!50)\d\d(?=[- ]|$)/;

class AcceptedRecipients extends SocketWatch {
  #isRecipient = false;

  protected override line(line: string): boolean {
    return this.hear(this.#isRecipient ? line.replace(otherSuccess, '250') : line);
  }

  protected override command(text: string | Uint8Array, send: Send): unknown {
    if (typeof text === 'string' && command.test(text)) this.#isRecipient = verbOf(text) === 'RCPT';
    return send(text);
  }
}

const watch = connectionWatcher((socket) => new AcceptedRecipients(socket));

/** Has every recipient count whom a server accepts; throws when this Haraka lacks a function. */
export function countAccepted(plugin: HarakaPlugin): void {
  watch(plugin);
}
