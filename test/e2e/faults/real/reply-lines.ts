/*
 * The lines of one side of a connection, for a proxy that reads one at a time.
 */

import type net from 'node:net';

/** Reads lines; after the end of the connection there are none. */
export class ReplyLines {
  readonly #lines: string[] = [];
  #rest = '';
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(socket: net.Socket) {
    socket.on('data', (octets: Buffer) => {
      const lines = `${this.#rest}${octets.toString('latin1')}`.split('\r\n');
      this.#rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#wake?.();
    });
    const over = (): void => {
      this.#isOver = true;
      this.#wake?.();
    };
    socket.on('error', over);
    socket.on('end', over);
    socket.on('close', over);
  }

  /** The next line without its end, or undefined once the connection is over. */
  async next(): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#lines.shift();
  }

  /** A whole reply with its line ends, or undefined once the connection is over. */
  async reply(): Promise<string | undefined> {
    let text = '';
    for (;;) {
      const line = await this.next();
      if (line === undefined) return undefined;
      text += `${line}\r\n`;
      if (line.charAt(3) !== '-') return text;
    }
  }
}
