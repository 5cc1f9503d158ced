/*
 * Questions at the terminal, one line each. An invalid answer is rejected, with the reason, and the question
 * repeated.
 */

import { createInterface, type Interface } from 'node:readline';
import { UsageError } from '../support/index.js';

/** A question, its default, and how an answer is parsed. */
export interface Question<T> {
  readonly text: string;
  readonly fallback: string | null;
  /** Throws UsageError for an invalid answer. */
  readonly read: (answer: string) => T;
}

export class Asker {
  readonly #output: NodeJS.WritableStream;
  readonly #lines: Interface;
  readonly #waiting: AsyncIterator<string>;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output;
    this.#lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    this.#waiting = this.#lines[Symbol.asyncIterator]();
  }

  /** Asks until there is a valid answer. Throws when the input ends. */
  async ask<T>({ text, fallback, read }: Question<T>): Promise<T> {
    for (;;) {
      this.#output.write(`${text}${fallback === null ? '' : ` [${fallback}]`}: `);
      const next = await this.#waiting.next();
      if (next.done === true) {
        this.#output.write('\n');
        throw new Error('cancelled');
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
