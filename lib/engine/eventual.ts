/*
 * Values that are there at once, or later. Databases on this machine answer at once, and then no promise is made.
 */

/** A value, or the promise of one. */
export type Eventual<T> = T | Promise<T>;

/** Uses a value: at once if it is there, else when it comes. */
export function andThen<T, R>(value: Eventual<T>, use: (value: T) => Eventual<R>): Eventual<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}
