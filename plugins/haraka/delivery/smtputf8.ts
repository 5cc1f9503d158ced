/*
 * Addresses whose local part is not ASCII, which a server accepts only with SMTPUTF8: `MAIL FROM:<...> SMTPUTF8` where the
 * server offers it, and 553 5.6.7 for the recipient where it does not, since the bare octets would be another address. Haraka
 * 3.3 uses the parameter only for a non-ASCII sender and from the queue only, and sends to such recipients anyway.
 * Read from Haraka 3.3.4: outbound/hmail.js. Ref: RFC 6531 3.1, 3.4, 3.5
 */
import { reply } from '../../../lib/smtp/index.js';
import type { HarakaAddress, HarakaPlugin } from '../types.js';
import { outboundMailOf } from './outbound-mail.js';
import { type Send, SocketWatch } from './socket-watch.js';
import { type Attempt, noteFailure, watchMail } from './watch-mail.js';

const nonAscii = /[^\x00-\x7f]/;

/** The envelope of a message on its way to one server. */
interface Envelope {
  readonly mail_from: HarakaAddress;
  readonly rcpt_to: readonly HarakaAddress[];
}

export function isAscii(text: string): boolean {
  return !nonAscii.test(text);
}

/** Whether an address can be sent only with SMTPUTF8; a non-ASCII domain can be sent as A-labels. */
export function isBeyondAscii({ user }: HarakaAddress): boolean {
  return nonAscii.test(user);
}

/** The reply for an address that the next server cannot take. */
export const utf8Refusal = reply(553, '5.6.7', 'the next mail server does not accept non-ASCII addresses');

function withParameter(argument: string): string {
  return / SMTPUTF8(?: |$)/.test(argument) ? argument : `${argument} SMTPUTF8`;
}

const offer = /^250[- ]SMTPUTF8\s*$/i;
const mailCommand = /^MAIL FROM:/i;
const greeting = /^(?:EHLO|LHLO|HELO) /i;

class Utf8Watch extends SocketWatch {
  #isOffered = false;

  protected override line(line: string): boolean {
    if (offer.test(line)) this.#isOffered = true;
    return this.hear(line);
  }

  protected override command(text: string | Uint8Array, send: Send): unknown {
    if (typeof text !== 'string') return send(text);
    // An offer made before TLS no longer counts. Ref: RFC 3207 4.2
    if (greeting.test(text)) this.#isOffered = false;
    if (!mailCommand.test(text)) return send(text);
    if (this.#isOffered) return send(`${withParameter(text.trimEnd())}\r\n`);
    return this.breakOff(utf8Refusal.text);
  }
}

function watchUtf8(_: HarakaPlugin, attempt: Attempt): void {
  new Utf8Watch(attempt.socket, (reason) => noteFailure(attempt, 'SMTPUTF8', reason));
}

/** Has a queue file use SMTPUTF8 where its envelope needs it; called before each round of attempts. */
export function deliverInUtf8(plugin: HarakaPlugin, mail: { readonly todo: Envelope }): void {
  const { mail_from: from, rcpt_to: to } = mail.todo;
  if (isBeyondAscii(from) || to.some(isBeyondAscii)) watchMail(plugin, outboundMailOf(mail), watchUtf8);
}
