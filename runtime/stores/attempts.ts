/*
 * The time limits of what a pool does. Most things are done long before their time, so all of them share one timer: it runs
 * until the first of those limits that were there when it was set.
 */
import type { Clock } from '../time/index.js';

/** Says what it means that so many milliseconds were not enough. */
export type Late = (ms: number) => string;

/** Something with a time limit. */
export class Attempt {
  readonly #ms: number;
  readonly #late: Late;
  readonly due: number;
  /** Where it is among those that are under way; null when it is not. */
  place: number | null = null;
  #reason: Error | null = null;
  #reject: ((reason: Error) => void) | null = null;

  constructor(now: number, ms: number, late: Late) {
    this.#ms = ms;
    this.#late = late;
    this.due = now + ms;
  }

  /** Whether it ended before it was done. */
  get isAborted(): boolean {
    return this.#reason !== null;
  }

  /** Settles as the promise does, or rejects when the attempt ends before. One promise at a time. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#reason !== null) reject(this.#reason);
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }

  /** Ends it, because its time is over unless there is another reason: what waits is rejected. */
  abort(why?: string): void {
    if (this.#reason !== null) return;
    this.#reason = new Error(why ?? this.#late(this.#ms));
    this.#reject?.(this.#reason);
  }
}

/** All attempts that are under way. */
export class Attempts {
  readonly #clock: Clock;
  // In no order. A set that is always in use would keep what it held until the next collection of all objects.
  readonly #underWay: Attempt[] = [];
  #wakesAt = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins an attempt, which is aborted after `ms`; to be ended in any case. */
  begin(ms: number, late: Late): Attempt {
    const attempt = new Attempt(this.#clock.now(), ms, late);
    attempt.place = this.#underWay.push(attempt) - 1;
    if (attempt.due < this.#wakesAt) this.#wakeAfter(ms, attempt.due);
    return attempt;
  }

  /** It is over, in whatever way. */
  end(attempt: Attempt): void {
    const { place } = attempt;
    if (place === null) return;
    attempt.place = null;
    const last = this.#underWay.pop();
    if (last === undefined || last === attempt) return;
    this.#underWay[place] = last;
    last.place = place;
  }

  /** Aborts all of them. */
  abortAll(why: string): void {
    this.#cancel();
    this.#wakesAt = Number.POSITIVE_INFINITY;
    for (const attempt of this.#underWay) attempt.abort(why);
  }

  #wakeAfter(ms: number, due: number): void {
    this.#cancel();
    this.#wakesAt = due;
    this.#cancel = this.#clock.after(ms, () => this.#wake());
  }

  #wake(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const attempt of this.#underWay) {
      if (attempt.due <= now) attempt.abort();
      else next = Math.min(next, attempt.due);
    }
    if (next < Number.POSITIVE_INFINITY) this.#wakeAfter(next - now, next);
  }
}
