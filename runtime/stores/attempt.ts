/*
 * Something with a time limit. Most questions are answered long before theirs, so it costs one timer; a signal for a client is
 * made only where one is needed.
 */
import type { Clock } from '../time/index.js';

export class Attempt {
  readonly #cancel: () => void;
  readonly #ended: (attempt: Attempt) => void;
  #reason: Error | null = null;
  #reject: ((reason: Error) => void) | null = null;
  #controller: AbortController | null = null;

  /** Ends itself after `ms` with the message `late`. `ended` is called when it is over in any way. */
  constructor(clock: Clock, ms: number, late: string, ended: (attempt: Attempt) => void) {
    this.#ended = ended;
    this.#cancel = clock.after(ms, () => this.abort(late));
  }

  /** Whether it ended before it was done. */
  get isAborted(): boolean {
    return this.#reason !== null;
  }

  /** The same for a client that connects. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== null) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Settles as the promise does, or rejects when the attempt ends before. One promise at a time. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#reason !== null) reject(this.#reason);
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }

  /** Ends it: what waits is rejected. */
  abort(why: string): void {
    if (this.#reason !== null) return;
    this.#reason = new Error(why);
    this.#reject?.(this.#reason);
    this.#controller?.abort(this.#reason);
  }

  /** It is done. */
  end(): void {
    this.#cancel();
    this.#ended(this);
  }
}
