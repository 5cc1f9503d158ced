/*
 * Asks for answers at the terminal, one line each. An answer that cannot be meant is said so and asked for again.
 */

import { createInterface, type Interface } from 'node:readline';
import { UsageError } from '../support/index.js';

/** A question: what is asked, what counts when nothing is typed, and how an answer is read. */
export interface Question<T> {
  readonly text: string;
  readonly fallback: string | null;
  /** Throws UsageError for an answer that cannot be meant. */
  readonly read: (answer: string) => T;
}

/** Asks questions of somebody. */
export class Asker {
  readonly #output: NodeJS.WritableStream;
  readonly #lines: Interface;
  readonly #waiting: AsyncIterator<string>;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output;
    this.#lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    this.#waiting = this.#lines[Symbol.asyncIterator]();
  }

  /** Asks until there is an answer. Throws when the input ends. */
  async ask<T>({ text, fallback, read }: Question<T>): Promise<T> {
    for (;;) {
      this.#output.write(`${text}${fallback === null ? '' : ` [${fallback}]`}: `);
      const next = await this.#waiting.next();
      if (next.done === true) {
        this.#output.write('\n');
        throw new Error('given up');
      }
      const answer = next.value.trim() === '' ? (fallback ?? '') : next.value.trim();
      try {
        return read(answer);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        this.#output.write(`${error.message}\n${error.hint === null ? '' : `  ${error.hint}\n`}`);
      }
    }
  }

  end(): void {
    this.#lines.close();
  }
}
