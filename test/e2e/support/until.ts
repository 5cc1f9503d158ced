/*
 * Waits for something that another process does without giving an event: the question is repeated until the answer is
 * yes. This is the only place in the tests that polls.
 */

import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 10;

/** Resolves once `question` answers true; rejects with `expectation()` after `timeoutMs`. */
export async function until(
  question: () => boolean | Promise<boolean>,
  timeoutMs: number,
  expectation: () => string,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await question())) {
    if (Date.now() >= deadline) throw new Error(`after ${timeoutMs} ms still not: ${expectation()}`);
    await pause(PAUSE_MS);
  }
}

/** Settles as `promise` does, or rejects with `expectation()` after `timeoutMs`. */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  expectation: () => string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`after ${timeoutMs} ms still not: ${expectation()}`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
