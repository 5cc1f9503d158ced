/*
 * Time: a reading that never goes back, and tasks for later. It is a parameter so that tests can advance it by hand.
 */
import { performance } from 'node:perf_hooks';

/** A source of time in milliseconds. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Runs a task once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, task: () => void): () => void;
}

/** The clock of the machine; a waiting task does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, task) {
    // Node has a list of timers for each length: whole ones are shared.
    const timer = setTimeout(task, Math.ceil(milliseconds));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
