/*
 * Waits for something that another process does without giving an event: the question is repeated until the answer is
 * yes. This is the only place in the tests that polls.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { slowness } from '../../support/worker.js';

/** The pause before the next question: short at first, later a small share of the time that has passed. */
function pauseMs(elapsedMs: number): number {
  return Math.min(Math.max(10, elapsedMs / 50), 100);
}

/** Resolves once `question` answers true; rejects with `expectation()` after `timeoutMs`, or `slowness` times that. */
export async function until(
  question: () => boolean | Promise<boolean>,
  timeoutMs: number,
  expectation: () => string,
): Promise<void> {
  const limitMs = timeoutMs * slowness;
  const begun = Date.now();
  while (!(await question())) {
    const elapsedMs = Date.now() - begun;
    if (elapsedMs >= limitMs) throw new Error(`after ${limitMs} ms still not: ${expectation()}`);
    await pause(pauseMs(elapsedMs));
  }
}

/** Settles as `promise` does, or rejects with `expectation()` after `timeoutMs`, or `slowness` times that. */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  expectation: () => string,
): Promise<T> {
  const limitMs = timeoutMs * slowness;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${limitMs} ms still not: ${expectation()}`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
