/*
 * What the engine gets for one run: random numbers, unique strings, a listener, and the limit on its work.
 */
import type { Tracer } from './trace.js';

/** Thrown when a run exceeds its step limit; the caller defers. */
export class StepLimitReached extends Error {
  constructor(what: string) {
    super(`step limit reached: ${what}`);
    this.name = 'StepLimitReached';
  }
}

/** Counts the work of one decision; `spend` throws StepLimitReached when it is used up. */
export class StepBudget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  /** Takes `steps` from what is left. */
  spend(steps: number, what: string): void {
    this.#left -= steps;
    if (this.#left < 0) throw new StepLimitReached(what);
  }
}

/** The outside world of one run, as plain functions. */
export interface Environment {
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** A string that was never given before, of letters and digits. */
  readonly uniqueString: () => string;
  readonly budget: StepBudget;
  readonly trace?: Tracer;
}
