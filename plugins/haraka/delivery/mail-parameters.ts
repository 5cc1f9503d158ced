/*
 * The parameters of MAIL and RCPT for the files of Haraka's queue, which Haraka 3.3 sends without any but SMTPUTF8: what the
 * sender asked to be told, BODY, SIZE. Each is sent to servers that offer it. A message that is larger than the server permits
 * is not sent: Haraka gets the reply that the server would give. A kept connection is watched as long as it lasts, so what the
 * server offered is known for each message on it.
 * Read from Haraka 3.3.4: outbound/hmail.js (try_deliver_host_on_socket: recipients are named in the order of todo.rcpt_to;
 * get_reverse_path_with_params; file_size, data_start). Ref: RFC 3461 5.2.1; RFC 1870 6.1; RFC 6152 3; RFC 6531 3.4
 */
import {
  mailParameters,
  noExtensions,
  type OfferedExtensions,
  OfferReader,
  type OutgoingMessage,
  permitsSize,
  type RecipientNotary,
  rcptParameters,
} from '../../../lib/notary/index.js';
import { tooLarge } from '../backend/backend-reply.js';
import type { HarakaPlugin } from '../types.js';
import type { OutboundMail } from './outbound-mail.js';
import { type Send, SocketWatch, verbOf } from './socket-watch.js';
import { connectionWatcher } from './watch-connections.js';

/** What is passed on about one file. */
export interface FileParameters {
  readonly message: Omit<OutgoingMessage, 'size'>;
  readonly askedFor: (address: string) => RecipientNotary;
}

/** The octets of the message in a file; null where this Haraka does not say. */
function sizeOf(mail: object): number | null {
  const size = Number(Reflect.get(mail, 'file_size')) - Number(Reflect.get(mail, 'data_start'));
  return Number.isSafeInteger(size) && size > 0 ? size : null;
}

const utf8 = ' SMTPUTF8';

class ParameterWatch extends SocketWatch {
  #offered: OfferedExtensions = noExtensions;
  /** Null where no reply to EHLO is awaited. */
  #offer: OfferReader | null = null;
  #mail: OutboundMail | null = null;
  #file: FileParameters | null = null;
  #named = 0;

  /** The next message on this connection. */
  begin(mail: OutboundMail, file: FileParameters): void {
    this.#mail = mail;
    this.#file = file;
  }

  protected override line(line: string): boolean {
    const offered = this.#offer?.hear(line) ?? null;
    if (offered !== null) {
      this.#offered = offered;
      this.#offer = null;
    }
    return this.hear(line);
  }

  protected override command(text: string | Uint8Array, send: Send): unknown {
    if (typeof text !== 'string') return send(text);
    switch (verbOf(text)) {
      case 'EHLO':
      case 'LHLO':
        this.#offered = noExtensions;
        this.#offer = new OfferReader();
        return send(text);
      case 'HELO':
        this.#offered = noExtensions;
        this.#offer = null;
        return send(text);
      case 'MAIL':
        return this.#mailCommand(text, send);
      case 'RCPT':
        return this.#rcptCommand(text, send);
      default:
        return send(text);
    }
  }

  #mailCommand(text: string, send: Send): unknown {
    this.#named = 0;
    if (this.#mail === null || this.#file === null) return send(text);
    reports.set(this.#mail, this.#offered.dsn);
    const size = sizeOf(this.#mail);
    if (!permitsSize(this.#offered, size)) {
      const { code, enhanced, text: words } = tooLarge(this.#offered.sizeLimit);
      // Haraka notes the command that is answered when this function has returned.
      process.nextTick(() => this.hear(`${code} ${enhanced} ${words}`));
      return true;
    }
    const { message } = this.#file;
    const line = text.trimEnd();
    const isDeclared = line.endsWith(utf8);
    const parameters = mailParameters(this.#offered, {
      ...message,
      smtputf8: message.smtputf8 || isDeclared,
      size,
    });
    return send(`${isDeclared ? line.slice(0, -utf8.length) : line}${parameters}\r\n`);
  }

  #rcptCommand(text: string, send: Send): unknown {
    const recipient = this.#mail?.todo.rcpt_to[this.#named];
    this.#named += 1;
    if (recipient === undefined || this.#file === null) return send(text);
    const parameters = rcptParameters(this.#offered, this.#file.askedFor(recipient.address));
    return send(`${text.trimEnd()}${parameters}\r\n`);
  }
}

const watch = connectionWatcher((socket) => new ParameterWatch(socket));

/** Whether the server that a file was last offered to reports on its delivery. */
const reports = new WeakMap<object, boolean>();

/** Whether the server to which a file was delivered reports on the delivery. */
export function isReported(mail: object): boolean {
  return reports.get(mail) ?? false;
}

/** Has the queue pass on what `parametersOf` gives for a file; throws when this Haraka lacks a function. */
export function passOnParameters(
  plugin: HarakaPlugin,
  parametersOf: (mail: OutboundMail) => FileParameters,
): void {
  watch(plugin, (one, mail) => one.begin(mail, parametersOf(mail)));
}
