/*
 * A limit on how long an answer is waited for.
 */
import type { Clock } from './clock.js';

/** What came of waiting: the value in time, or nothing. */
export type InTime<T> = { readonly kind: 'in-time'; readonly value: T } | { readonly kind: 'late' };

/** Waits for a promise at most so many milliseconds; a promise that rejects in time rejects here too. */
export function within<T>(clock: Clock, milliseconds: number, promise: Promise<T>): Promise<InTime<T>> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(milliseconds, () => resolve({ kind: 'late' }));
    promise.then(
      (value) => {
        callOff();
        resolve({ kind: 'in-time', value });
      },
      (error: unknown) => {
        callOff();
        reject(error);
      },
    );
  });
}
