/*
 * Waits for something another process does, where that process gives no event: the question is put again and again
 * until the answer is yes. The only place of the tests that looks at a clock in a loop.
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
