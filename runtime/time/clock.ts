/*
 * Time, as everything in this folder sees it: a reading that never goes back, and a task for later.
 * It is handed in, so that tests let time pass by hand.
 */
import { performance } from 'node:perf_hooks';

/** A source of time in milliseconds. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Runs a task once after so many milliseconds; the function given back calls it off. */
  after(milliseconds: number, task: () => void): () => void;
}

/** The clock of the machine; a task that waits does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
