/*
 * A raw SMTP client for tests: sends exactly the octets it is given and reads replies line by line. It does not parse
 * addresses, so that any string can be sent in one.
 * Ref: RFC 5321 4.2 (replies), 4.5.2 (transparency)
 */

import net from 'node:net';
import tls from 'node:tls';
import { slowness } from '../../support/worker.js';

const DEFAULT_TIMEOUT_MS = 10_000 * slowness;
const REPLY_LINE = /^(\d{3})([ -]?)(.*)$/s;

/** One reply of the server. */
export interface Reply {
  readonly code: number;
  /** The lines as they came, without line ends: `250-PIPELINING`. */
  readonly lines: readonly string[];
  /** The texts after the code, joined by line feeds. */
  readonly text: string;
}

/** Where to connect and from where. */
export interface ConnectOptions {
  readonly port: number;
  readonly host?: string;
  /** Address to connect from: any 127.x.y.z is a separate client. */
  readonly localAddress?: string;
  /** Limit for each reply; by default 10 s, or `slowness` times that. */
  readonly timeoutMs?: number;
  /** Limit for the greeting; by default `timeoutMs`. */
  readonly greetingTimeoutMs?: number;
  /** False leaves the greeting unread, for a PROXY line or a client that talks early. */
  readonly awaitGreeting?: boolean;
  /** Begins with a handshake, as on port 465. */
  readonly implicitTls?: tls.ConnectionOptions;
  /** An open connection, instead of one to `host` and `port`. */
  readonly socket?: net.Socket;
}

/** An open connection to an SMTP server. */
export interface SmtpClient {
  readonly greeting: Reply | undefined;
  /** Sends one line, in UTF-8 with CRLF, and reads the reply to it. */
  send(line: string): Promise<Reply>;
  /** Sends octets unchanged and does not wait. */
  sendRaw(octets: Buffer): void;
  /** Reads the next reply; rejects, naming `expected`, after the time limit or when the connection ends. */
  readReply(expected?: string): Promise<Reply>;
  /** Reads one line of a reply. */
  readLine(expected: string): Promise<string>;
  ehlo(name?: string): Promise<Reply>;
  /** MAIL FROM; angle brackets are added to an address that does not begin with one. */
  mail(address: string, parameters?: string): Promise<Reply>;
  rcpt(address: string, parameters?: string): Promise<Reply>;
  /** DATA, and, if the server accepts it, the message and its end; resolves with the last reply. */
  data(message: string | Buffer): Promise<Reply>;
  /**
   * STARTTLS and, after 220, the handshake, which does not check the certificate unless told to. `behind` is sent in
   * clear in the same packet as STARTTLS.
   */
  startTls(options?: tls.ConnectionOptions, behind?: string): Promise<Reply>;
  /** The SHA-256 fingerprint of the server's certificate; undefined in the clear. */
  peerFingerprint(): string | undefined;
  quit(): Promise<Reply>;
  /** Ends the connection without QUIT; resolves when it is closed. */
  close(): Promise<void>;
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<void>;
}

/** Collects the lines of a socket and returns them one by one. */
class LineReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #lines: string[] = [];
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #ended: string | undefined;

  feed(chunk: Buffer): void {
    let rest = Buffer.concat([this.#rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end).toString('utf8').replace(/\r$/, '');
      rest = rest.subarray(end + 1);
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting === undefined) this.#lines.push(line);
      else waiting.resolve(line);
    }
    this.#rest = rest;
  }

  end(cause: string): void {
    this.#ended ??= cause;
    this.#waiting?.reject(new Error(cause));
    this.#waiting = undefined;
  }

  next(expected: string, timeoutMs: number): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended !== undefined) return Promise.reject(new Error(`expected ${expected}: ${this.#ended}`));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error(`expected ${expected}, nothing came in ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting = {
        resolve: (text) => {
          clearTimeout(timer);
          resolve(text);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(new Error(`expected ${expected}: ${error.message}`));
        },
      };
    });
  }
}

function withBrackets(address: string): string {
  return address.startsWith('<') ? address : `<${address}>`;
}

/** Doubles a leading dot of each line and adds the end of data; a message keeps its own line ends. */
function stuffed(message: string | Buffer): Buffer {
  const octets = typeof message === 'string' ? message : message.toString('latin1');
  const ended = octets.endsWith('\r\n') ? octets : `${octets}\r\n`;
  return Buffer.from(`${ended.replace(/^\./gm, '..')}.\r\n`, typeof message === 'string' ? 'utf8' : 'latin1');
}

/**
 * Connects and reads the greeting; rejects, and closes the connection, when the connection is refused or no greeting
 * comes in time.
 */
export async function connect(options: ConnectOptions): Promise<SmtpClient> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const plain =
    options.socket ??
    net.connect({
      port: options.port,
      host: options.host ?? '127.0.0.1',
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    });
  plain.setNoDelay(true);
  let socket: net.Socket =
    options.implicitTls === undefined ? plain : tls.connect({ socket: plain, ...options.implicitTls });
  const reader = new LineReader();
  const attach = (): void => {
    socket.on('data', (chunk: Buffer) => reader.feed(chunk));
    socket.on('error', (error) => reader.end(`the connection failed: ${error.message}`));
    socket.on('end', () => reader.end('the server closed the connection'));
    socket.on('close', () => reader.end('the connection is closed'));
  };
  attach();
  const closed = new Promise<void>((resolve) => plain.once('close', () => resolve()));

  const readLine = (expected: string): Promise<string> => reader.next(expected, timeoutMs);
  const readReply = async (expected = 'a reply', limitMs = timeoutMs): Promise<Reply> => {
    const lines: string[] = [];
    const texts: string[] = [];
    for (;;) {
      const line = await reader.next(expected, limitMs);
      const [, code, mark, text = ''] = REPLY_LINE.exec(line) ?? [];
      if (code === undefined) throw new Error(`expected ${expected}, not the line \`${line}\``);
      lines.push(line);
      texts.push(text);
      if (mark !== '-') return { code: Number(code), lines, text: texts.join('\n') };
    }
  };
  const send = (line: string): Promise<Reply> => {
    socket.write(`${line}\r\n`);
    return readReply(`a reply to \`${line}\``);
  };
  const withParameters = (command: string, parameters: string | undefined): string =>
    parameters === undefined ? command : `${command} ${parameters}`;

  const readGreeting = (): Promise<Reply> =>
    readReply('a greeting', options.greetingTimeoutMs ?? timeoutMs).catch((error: unknown) => {
      socket.destroy();
      throw error;
    });
  const greeting = options.awaitGreeting === false ? undefined : await readGreeting();
  return {
    greeting,
    send,
    sendRaw: (octets) => {
      socket.write(octets);
    },
    readReply: (expected) => readReply(expected),
    readLine,
    ehlo: (name = 'client.example') => send(`EHLO ${name}`),
    mail: (address, parameters) => send(withParameters(`MAIL FROM:${withBrackets(address)}`, parameters)),
    rcpt: (address, parameters) => send(withParameters(`RCPT TO:${withBrackets(address)}`, parameters)),
    data: async (message) => {
      const go = await send('DATA');
      if (go.code !== 354) return go;
      socket.write(stuffed(message));
      return readReply('a reply to the message');
    },
    startTls: async (tlsOptions = {}, behind = '') => {
      socket.write(`STARTTLS\r\n${behind}`);
      const reply = await readReply('a reply to STARTTLS');
      if (reply.code !== 220) return reply;
      plain.removeAllListeners('data');
      const secure = tls.connect({ socket: plain, rejectUnauthorized: false, ...tlsOptions });
      await new Promise<void>((resolve, reject) => {
        secure.once('secureConnect', () => resolve());
        secure.once('error', reject);
      });
      socket = secure;
      attach();
      return reply;
    },
    peerFingerprint: () =>
      socket instanceof tls.TLSSocket ? socket.getPeerCertificate().fingerprint256 : undefined,
    quit: async () => {
      const reply = await send('QUIT');
      socket.end();
      return reply;
    },
    close: () => {
      socket.destroy();
      plain.destroy();
      return closed;
    },
    closed,
  };
}
