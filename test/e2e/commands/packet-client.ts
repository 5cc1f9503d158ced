/*
 * A client that sends several commands in one packet and reads as many replies, or fewer if the session ends or stops
 * accepting commands.
 */

import net from 'node:net';
import { within } from '../support/until.js';

const REPLY_LIMIT_MS = 10_000;
const lastLine = /^(\d{3})(?: .*)?$/;

/** Replies after which no further command is answered: goodbye, start of the message or of the handshake. */
const endings = new Set(['221', '421', '521', '354', '220']);

/** A connection. */
export class PacketClient {
  readonly #socket: net.Socket;
  readonly #codes: string[] = [];
  #rest = '';
  #isClosed = false;
  #isOver = false;
  #heard: () => void = () => undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const lines = `${this.#rest}${chunk.toString('latin1')}`.split('\r\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, code] = lastLine.exec(line) ?? [];
        if (code !== undefined) this.#codes.push(code);
      }
      this.#heard();
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.#heard();
    });
  }

  /** Connects, and waits for the greeting. */
  static async open(port: number, localAddress: string): Promise<PacketClient> {
    const client = new PacketClient(net.connect({ port, host: '127.0.0.1', localAddress }));
    await client.#wait(() => client.#codes.length > 0, 'the greeting');
    return client;
  }

  /** Whether the session takes no further commands. */
  get isOver(): boolean {
    return this.#isOver || this.#isClosed;
  }

  /** Sends lines in one packet; gives the codes of the replies. Rejects when a line is not answered. */
  async send(...lines: readonly string[]): Promise<readonly string[]> {
    const before = this.#codes.length;
    const came = (): readonly string[] => this.#codes.slice(before);
    this.#socket.write(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
    await this.#wait(
      () => came().length >= lines.length || came().some((code) => endings.has(code)),
      `${lines.length} replies to ${JSON.stringify(lines.map((line) => line.slice(0, 40)))}`,
    );
    this.#isOver = came().some((code) => endings.has(code));
    return came();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #wait(isEnough: () => boolean, what: string): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      this.#heard = () => {
        if (this.#isClosed || isEnough()) resolve();
      };
      this.#heard();
    });
    await within(heard, REPLY_LIMIT_MS, () => `${what}, after ${this.#codes.slice(-5).join(' ')}`);
  }
}
