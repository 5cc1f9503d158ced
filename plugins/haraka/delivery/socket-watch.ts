/*
 * A watch on one connection to one server. Every line of the server and every command of Haraka passes it, and it may change
 * them, hold them back, or end the attempt. Haraka learns of that end as of any error on the connection, and goes on to the
 * next server.
 * Read from Haraka 3.3.4: outbound/hmail.js, tls_socket.js (events `line`, `secure`, `error` and `close`; write; upgrade).
 */
import type { OutboundSocket } from './outbound-mail.js';

/** Passes a command on, as it is or changed. */
export type Send = (text: string | Uint8Array) => unknown;

/** The verb of a command in upper case; empty for anything else. */
export function verbOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? (/^[A-Za-z]*/.exec(text)?.[0].toUpperCase() ?? '') : '';
}

/** Sees everything on one connection; subclasses say what happens. */
export abstract class SocketWatch {
  readonly #emit: OutboundSocket['emit'];
  readonly #write: OutboundSocket['write'];
  readonly #reportFailure: (reason: string) => void;
  #hasFailed = false;
  #hasEnded = false;

  /** `reportFailure` gets the reason, once, before Haraka learns of the failure. */
  constructor(socket: OutboundSocket, reportFailure: (reason: string) => void = () => {}) {
    this.#reportFailure = reportFailure;
    this.#emit = socket.emit.bind(socket);
    this.#write = socket.write.bind(socket);
    const upgrade = socket.upgrade.bind(socket);
    socket.emit = (event, ...values) => this.#emitted(event, values);
    socket.write = (text, ...rest) => {
      if (this.#hasFailed) return false;
      return this.command(text, (sent) => this.#write(sent, ...rest));
    };
    socket.upgrade = (options, done) => {
      if (!this.#hasFailed) upgrade({ ...options, ...this.handshakeOptions() }, done);
    };
  }

  /** A line of the server; `hear` passes a line to Haraka. */
  protected line(line: string): boolean {
    return this.hear(line);
  }

  /** A command of Haraka, or octets of the message; `send` passes it to the server. */
  protected command(text: string | Uint8Array, send: Send): unknown {
    return send(text);
  }

  /** The handshake is done. */
  protected secured(): void {}

  /** Options of the handshake, over those of Haraka. */
  protected handshakeOptions(): object {
    return {};
  }

  /** Why an error or the end of the connection means failure at this point; null where it is Haraka's concern alone. */
  protected failureOn(_event: 'error' | 'close', _cause: unknown): string | null {
    return null;
  }

  /** Passes a line to Haraka. */
  protected hear(line: string): boolean {
    return this.#emit('line', line);
  }

  /** Sends a command of our own. */
  protected say(command: string): void {
    this.#write(`${command}\r\n`);
  }

  /** Ends the attempt, with a last command where one is due. */
  protected breakOff(cause: string | Error, farewell?: string): boolean {
    const error = typeof cause === 'string' ? new Error(cause) : cause;
    this.#fail(error.message);
    if (this.#hasEnded) return true;
    this.#hasEnded = true;
    if (farewell !== undefined) this.say(farewell);
    return this.#emit('error', error);
  }

  #fail(reason: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#reportFailure(reason);
  }

  #emitted(event: string, values: readonly unknown[]): boolean {
    const [value] = values;
    if (event === 'line' && typeof value === 'string') return this.#hasFailed || this.line(value);
    if (event === 'secure') this.secured();
    if (event === 'error' || event === 'close') {
      const reason = this.failureOn(event, value);
      if (reason !== null) this.#fail(reason);
    }
    if (event === 'error') {
      // Haraka stops listening after the first error, and a second one would end the process.
      if (this.#hasEnded) return true;
      this.#hasEnded = this.#hasFailed;
    }
    return this.#emit(event, ...values);
  }
}
