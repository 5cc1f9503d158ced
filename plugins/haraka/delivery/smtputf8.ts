/*
 * Addresses with a local part beyond ASCII, which a server takes only by SMTPUTF8: `MAIL FROM:<...> SMTPUTF8` where it
 * offers that, and 553 5.6.7 for the recipient where it does not, since the octets alone would be another address to it.
 * Haraka 3.3 says the parameter only for a sender beyond ASCII and from the queue only, and sends such recipients
 * anyway. What is used of its queue without documentation: socket.write and `line` events of a connection.
 * Ref: RFC 6531 3.1, 3.4, 3.5
 */
import { reply } from '../../../lib/smtp/index.js';
import { type Attempt, noteFailure, watchMail } from '../../support/watch-delivery.js';
import type { HarakaAddress, HarakaPlugin } from '../types.js';
import { isOutboundMail } from './outbound-mail.js';

const nonAscii = /[^\x00-\x7f]/;

/** The envelope of a message on its way to one server. */
interface Envelope {
  readonly mail_from: HarakaAddress;
  readonly rcpt_to: readonly HarakaAddress[];
}

/** Whether an address cannot be said without SMTPUTF8: its domain can, as A-labels. */
export function isBeyondAscii({ user }: HarakaAddress): boolean {
  return nonAscii.test(user);
}

function needsUtf8({ mail_from, rcpt_to }: Envelope): boolean {
  return [mail_from, ...rcpt_to].some(isBeyondAscii);
}

/** The reply for an address that the next server cannot take. */
export const utf8Refusal = reply(553, '5.6.7', 'the next mail server takes no address beyond ASCII');

function withParameter(argument: string): string {
  return / SMTPUTF8\b/.test(argument.slice(argument.lastIndexOf('>'))) ? argument : `${argument} SMTPUTF8`;
}

const offer = /^250[- ]SMTPUTF8\s*$/i;
const mailCommand = /^MAIL FROM:/i;
const greeting = /^(?:EHLO|LHLO|HELO) /i;

function watchAttempt(_: HarakaPlugin, attempt: Attempt): void {
  const { socket } = attempt;
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket);
  let isOffered = false;
  socket.emit = (event, ...values) => {
    const [line] = values;
    if (event === 'line' && typeof line === 'string' && offer.test(line)) isOffered = true;
    return emit(event, ...values);
  };
  socket.write = (text, ...rest) => {
    // What was offered before TLS no longer counts. Ref: RFC 3207 4.2
    if (typeof text === 'string' && greeting.test(text)) isOffered = false;
    if (typeof text !== 'string' || !mailCommand.test(text)) return write(text, ...rest);
    if (isOffered) return write(`${withParameter(text.trimEnd())}\r\n`, ...rest);
    noteFailure(attempt, 'SMTPUTF8', utf8Refusal.text);
    // Haraka goes on to the next server, as after any error on a connection.
    return emit('error', new Error(utf8Refusal.text));
  };
}

/** Has a file of the queue say SMTPUTF8 where its envelope needs it; called before each round of attempts. */
export function deliverInUtf8(plugin: HarakaPlugin, mail: { readonly todo: Envelope }): void {
  if (!needsUtf8(mail.todo)) return;
  if (!isOutboundMail(mail)) throw new Error('the file is not one of the outbound part of Haraka 3.3');
  watchMail(plugin, mail, watchAttempt);
}
