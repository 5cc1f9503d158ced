/*
 * A time limit on a promise.
 */
import type { Clock } from './clock.js';

/** The value, if it came in time. */
export type InTime<T> = { readonly kind: 'in-time'; readonly value: T } | { readonly kind: 'late' };

/** Waits for a promise at most so many milliseconds; rejects if the promise rejects in time. */
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
