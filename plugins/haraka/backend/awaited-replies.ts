/*
 * The replies that a server still owes: one to a command, and after a message by LMTP one for each recipient that it accepted.
 * Ref: RFC 5321 4.1.1.4; RFC 2033 4.2
 */
import type { Reply } from '../../../lib/smtp/index.js';

export class AwaitedReplies {
  readonly #count: number;
  readonly #given: Reply[] = [];
  readonly #done: (given: readonly Reply[]) => void;

  /** `done` gets the replies, in order, when there are `count`, at least one. */
  constructor(count: number, done: (given: readonly Reply[]) => void) {
    this.#count = count;
    this.#done = done;
  }

  /** Takes the next reply; true when it was the last. */
  take(given: Reply): boolean {
    this.#given.push(given);
    if (this.#given.length < this.#count) return false;
    this.#done(this.#given);
    return true;
  }

  /** Gives one reply for all that are missing. */
  fill(given: Reply): void {
    while (!this.take(given));
  }
}
