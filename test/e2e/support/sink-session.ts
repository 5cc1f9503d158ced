/*
 * One connection to the sink: the SMTP commands, the message, STARTTLS. The replies to recipients and messages are
 * decided outside. Ref: RFC 5321 4.1.1, 4.5.2; RFC 3207
 */

import type net from 'node:net';
import tls from 'node:tls';

/** A message that the sink accepted. */
export interface SinkMessage {
  /** Without angle brackets; empty for the null sender. */
  readonly envelopeFrom: string;
  readonly envelopeTo: readonly string[];
  /** The parameters of MAIL. */
  readonly mailParameters: string;
  /** The parameters of each RCPT that was accepted. */
  readonly rcptParameters: readonly string[];
  /** The message with dots unstuffed and its own line ends. */
  readonly raw: Buffer;
  readonly hello: string;
  /** Whether it came under TLS. */
  readonly isSecure: boolean;
  /** Whether it came by LMTP. */
  readonly isLmtp: boolean;
}

/** A reply to give. */
export interface SinkReply {
  readonly code: number;
  readonly text: string;
}

/** How the sink answers. */
export interface SinkBehaviour {
  /** Whether SMTPUTF8 is offered; default true. */
  readonly smtputf8?: boolean;
  /** Further extensions that are offered, such as DSN. */
  readonly extensions?: readonly string[];
  /** Key and certificate; without them there is no STARTTLS. */
  readonly tls: tls.TlsOptions | undefined;
  onRecipient(envelopeFrom: string, recipient: string): SinkReply;
  onMessage(message: SinkMessage): SinkReply | 'drop';
  /** With LMTP, the reply for one recipient at the end of a message; the message counts for those with 2yz. */
  onLmtpRecipient?(recipient: string): SinkReply;
}

/** The address between the angle brackets, which may be in a quoted string; the whole text if there are none. */
function pathOf(argument: string): string {
  const trimmed = argument.trim();
  if (!trimmed.startsWith('<')) return trimmed.split(' ')[0] ?? '';
  let isQuoted = false;
  for (let at = 1; at < trimmed.length; at += 1) {
    const char = trimmed[at];
    if (char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === '>' && !isQuoted) return trimmed.slice(1, at);
  }
  return trimmed.slice(1);
}

/** The session with one client. */
export class SinkSession {
  #socket: net.Socket;
  readonly #behaviour: SinkBehaviour;
  #rest: Buffer = Buffer.alloc(0);
  #hello = '';
  #isSecure = false;
  #isLmtp = false;
  #envelopeFrom: string | undefined;
  #mailParameters = '';
  #envelopeTo: string[] = [];
  #rcptParameters: string[] = [];
  #message: Buffer[] | undefined;

  constructor(socket: net.Socket, behaviour: SinkBehaviour) {
    this.#socket = socket;
    this.#behaviour = behaviour;
    this.#attach();
  }

  /** Starts the session. */
  greet(): void {
    this.#reply({ code: 220, text: 'sink.example ESMTP sink' });
  }

  #attach(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#feed(chunk));
    // A client that disconnects in the middle is not an error.
    this.#socket.on('error', () => this.#socket.destroy());
  }

  #reply(reply: SinkReply): void {
    this.#socket.write(`${reply.code} ${reply.text}\r\n`);
  }

  #feed(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const socket = this.#socket;
    let start = 0;
    for (let end = this.#rest.indexOf(10); end >= 0; end = this.#rest.indexOf(10, start)) {
      const line = this.#rest.subarray(start, end + 1);
      start = end + 1;
      if (this.#message !== undefined) {
        this.#dataLine(this.#message, line);
        continue;
      }
      const reply = this.#command(line.toString('utf8').replace(/\r?\n$/, ''));
      if (reply !== undefined) this.#reply(reply);
      if (this.#socket !== socket) {
        // Clear text after STARTTLS must not count as sent under TLS.
        this.#rest = Buffer.alloc(0);
        return;
      }
    }
    this.#rest = this.#rest.subarray(start);
  }

  #reset(): void {
    this.#envelopeFrom = undefined;
    this.#envelopeTo = [];
    this.#rcptParameters = [];
    this.#message = undefined;
  }

  /** Executes one command line; undefined if the reply was already sent. */
  #command(line: string): SinkReply | undefined {
    const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(line) ?? [];
    switch (verb.toUpperCase()) {
      case 'HELO':
        this.#hello = rest;
        this.#reset();
        return { code: 250, text: 'sink.example' };
      case 'LHLO':
        this.#isLmtp = true;
        this.#ehlo(rest);
        return undefined;
      case 'EHLO':
        this.#ehlo(rest);
        return undefined;
      case 'STARTTLS':
        return this.#startTls();
      case 'MAIL':
        this.#reset();
        this.#envelopeFrom = pathOf(rest.replace(/^FROM:/i, ''));
        this.#mailParameters = rest.slice(rest.lastIndexOf('>') + 1).trim();
        return { code: 250, text: 'sender taken' };
      case 'RCPT':
        return this.#recipient(pathOf(rest.replace(/^TO:/i, '')), rest.slice(rest.indexOf('>') + 1).trim());
      case 'DATA':
        if (this.#envelopeTo.length === 0) return { code: 503, text: 'no recipient' };
        this.#message = [];
        return { code: 354, text: 'go on' };
      case 'RSET':
        this.#reset();
        return { code: 250, text: 'forgotten' };
      case 'NOOP':
        return { code: 250, text: 'done' };
      case 'QUIT':
        this.#reply({ code: 221, text: 'bye' });
        this.#socket.end();
        return undefined;
      default:
        return { code: 502, text: 'unknown command' };
    }
  }

  #ehlo(name: string): void {
    this.#hello = name;
    this.#reset();
    const capabilities = ['PIPELINING', '8BITMIME', ...(this.#behaviour.extensions ?? [])];
    if (this.#behaviour.smtputf8 !== false) capabilities.push('SMTPUTF8');
    if (this.#behaviour.tls !== undefined && !this.#isSecure) capabilities.push('STARTTLS');
    const lines = ['sink.example', ...capabilities];
    this.#socket.write(
      lines.map((text, at) => `250${at === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join(''),
    );
  }

  #startTls(): SinkReply | undefined {
    if (this.#behaviour.tls === undefined || this.#isSecure) return { code: 502, text: 'no TLS here' };
    this.#reply({ code: 220, text: 'go on' });
    this.#socket.removeAllListeners('data');
    this.#socket = new tls.TLSSocket(this.#socket, { ...this.#behaviour.tls, isServer: true });
    this.#isSecure = true;
    this.#reset();
    this.#attach();
    return undefined;
  }

  #recipient(recipient: string, parameters: string): SinkReply {
    if (this.#envelopeFrom === undefined) return { code: 503, text: 'no sender' };
    const reply = this.#behaviour.onRecipient(this.#envelopeFrom, recipient);
    if (reply.code < 300) {
      this.#envelopeTo.push(recipient);
      this.#rcptParameters.push(parameters);
    }
    return reply;
  }

  #dataLine(message: Buffer[], line: Buffer): void {
    const text = line.length <= 3 ? line.toString('latin1') : '';
    if (text !== '.\r\n' && text !== '.\n') {
      message.push(line[0] === 0x2e ? line.subarray(1) : line);
      return;
    }
    // LMTP answers for each recipient. Ref: RFC 2033 4.2
    const each = this.#envelopeTo.map((one) =>
      this.#isLmtp ? (this.#behaviour.onLmtpRecipient?.(one) ?? null) : null,
    );
    const takers = this.#envelopeTo.filter((_, at) => (each[at]?.code ?? 250) < 300);
    const answer =
      takers.length === 0
        ? null
        : this.#behaviour.onMessage({
            envelopeFrom: this.#envelopeFrom ?? '',
            envelopeTo: takers,
            mailParameters: this.#mailParameters,
            rcptParameters: this.#rcptParameters,
            raw: Buffer.concat(message),
            hello: this.#hello,
            isSecure: this.#isSecure,
            isLmtp: this.#isLmtp,
          });
    this.#reset();
    if (answer === 'drop') this.#socket.destroy();
    else if (answer !== null && !this.#isLmtp) this.#reply(answer);
    else {
      for (const reply of each) {
        const given = answer !== null && (reply?.code ?? 250) < 300 ? answer : reply;
        this.#reply(given ?? { code: 250, text: 'delivered' });
      }
    }
  }
}
