/*
 * Addresses with a local part beyond ASCII, which a server takes only by SMTPUTF8: `MAIL FROM:<...> SMTPUTF8` where it
 * offers that, and 553 5.6.7 for the message where it does not, since the octets alone would be another address to it.
 * Haraka 3.3 says the parameter only for a sender beyond ASCII and from the queue only, and sends such recipients
 * anyway. What is used of it without documentation:
 *   smtp_client.send_command, smtputf8, call_next, release    a connection of queue/smtp_forward
 *   socket.write, and `line` events                           a connection of the queue
 * Ref: RFC 6531 3.1, 3.4, 3.5
 */
import * as constants from 'haraka-constants';
import { reply } from '../../../lib/index.js';
import type { HarakaAddress, HarakaMessage, HarakaPlugin, HarakaTransaction } from '../../support/haraka.js';
import { isOutboundMail } from '../../support/outbound-mail.js';
import { messageOf } from '../../support/respond.js';
import { type Attempt, noteFailure, watchMail } from '../../support/watch-delivery.js';

const nonAscii = /[^\x00-\x7f]/;

/** The envelope of a message on its way to one server. */
interface Envelope {
  readonly mail_from: HarakaAddress;
  readonly rcpt_to: readonly HarakaAddress[];
}

/** Whether an envelope cannot be said without SMTPUTF8: domains can, as A-labels. */
function needsUtf8({ mail_from, rcpt_to }: Envelope): boolean {
  return [mail_from, ...rcpt_to].some(({ user }) => nonAscii.test(user));
}

const refusal = reply(553, '5.6.7', 'the next mail server takes no address beyond ASCII');

function withParameter(argument: string): string {
  return / SMTPUTF8\b/.test(argument.slice(argument.lastIndexOf('>'))) ? argument : `${argument} SMTPUTF8`;
}

/** The members of Haraka's smtp_client that are used. */
export interface ForwardingClient {
  /** Whether the server offers it, as far as its reply to EHLO is known. */
  readonly smtputf8: boolean;
  send_command(command: string, data?: string): void;
  call_next(code: number, message: HarakaMessage): void;
  release(): void;
}

/** Has a connection of queue/smtp_forward say SMTPUTF8 where its message needs it, or refuse the message. */
export function forwardInUtf8(client: ForwardingClient, transaction: HarakaTransaction): void {
  const send = client.send_command.bind(client);
  client.send_command = (command, data) => {
    if (command !== 'MAIL' || data === undefined || !needsUtf8(transaction)) {
      send(command, data);
    } else if (client.smtputf8) {
      send(command, withParameter(data));
    } else {
      client.call_next(constants.deny, messageOf(refusal));
      client.release();
    }
  };
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
    // What was offered before TLS counts no more. Ref: RFC 3207 4.2
    if (typeof text === 'string' && greeting.test(text)) isOffered = false;
    if (typeof text !== 'string' || !mailCommand.test(text)) return write(text, ...rest);
    if (isOffered) return write(`${withParameter(text.trimEnd())}\r\n`, ...rest);
    noteFailure(attempt, 'SMTPUTF8', refusal.text);
    // Haraka goes on to the next server, as after any error on a connection.
    return emit('error', new Error(refusal.text));
  };
}

/** Does the same for a file of the queue; called before each round of attempts. */
export function deliverInUtf8(plugin: HarakaPlugin, mail: { readonly todo: Envelope }): void {
  if (!needsUtf8(mail.todo)) return;
  if (!isOutboundMail(mail)) throw new Error('the file is not one of the outbound part of Haraka 3.3');
  watchMail(plugin, mail, watchAttempt);
}
