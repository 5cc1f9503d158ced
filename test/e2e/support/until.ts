/*
 * Waits for something that another process does without giving an event: the question is repeated until the answer is
 * yes. This is the only place in the tests that polls.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { slowness } from '../../support/worker.js';

const PAUSE_MS = 10;

/** Resolves once `question` answers true; rejects with `expectation()` after `timeoutMs`, or `slowness` times that. */
export async function until(
  question: () => boolean | Promise<boolean>,
  timeoutMs: number,
  expectation: () => string,
): Promise<void> {
  const limitMs = timeoutMs * slowness;
  const deadline = Date.now() + limitMs;
  while (!(await question())) {
    if (Date.now() >= deadline) throw new Error(`after ${limitMs} ms still not: ${expectation()}`);
    await pause(PAUSE_MS);
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
