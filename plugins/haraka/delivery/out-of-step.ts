/*
 * Replies from which it cannot be told what a server did. Haraka 3.3 bounces a message to which it gets something other than
 * SMTP, sends the message after any success to DATA, and sends it again when one comes before its end. Here the connection is
 * given up at such a reply, before the end of the message, and the message is tried again later.
 * Read from Haraka 3.3.4: outbound/hmail.js try_deliver_host_on_socket. Ref: RFC 5321 4.2, 4.3.2
 */
import type { HarakaPlugin } from '../types.js';
import { NotSmtp } from './not-smtp.js';
import { type Send, SocketWatch } from './socket-watch.js';
import { connectionWatcher } from './watch-connections.js';

const replyLine = /^[2-5]\d\d(?:[ -]|\s*$)/;
const bareCode = /^\d{3}\s*$/;

/** Gives a connection up when replies and commands are out of step. */
class OutOfStep extends SocketWatch {
  /** `data`: DATA was sent; `message`: the server waits for the message. */
  #state: 'other' | 'data' | 'message' = 'other';

  protected override line(line: string): boolean {
    if (!replyLine.test(line)) return this.breakOff(new NotSmtp(line));
    // Haraka does not read a code without text.
    const read = bareCode.test(line) ? `${line.trim()} ` : line;
    const isAgreed = this.#state === 'data' && read.startsWith('354');
    if (this.#state !== 'other' && /^[23]/.test(read) && !isAgreed)
      return this.breakOff(`the server answered DATA with ${read.slice(0, 3)}`);
    if (isAgreed && read.charAt(3) === ' ') this.#state = 'message';
    return this.hear(read);
  }

  protected override command(text: string | Uint8Array, send: Send): unknown {
    if (text === 'DATA\r\n') this.#state = 'data';
    else if (typeof text === 'string') this.#state = 'other';
    return send(text);
  }
}

const watch = connectionWatcher((socket) => new OutOfStep(socket));

/** Has Haraka's queue try such messages again; throws when this Haraka lacks a function. */
export function endOutOfStep(plugin: HarakaPlugin): void {
  watch(plugin);
}
