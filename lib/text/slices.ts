/*
 * Work that stops now and then, so that its caller can do something else in between: a generator that yields nothing
 * and returns its result.
 */
export type Slices<T> = Generator<undefined, T, undefined>;

/** After so many lines or entries work stops: a small part of a millisecond. */
export const perSlice = 50;

/** Does the work at once. */
export function atOnce<T>(work: Slices<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** Does something with each item, and stops now and then. */
export function* eachInSlices<T>(items: Iterable<T>, act: (item: T) => void): Slices<void> {
  let count = 0;
  for (const item of items) {
    act(item);
    count += 1;
    if (count % perSlice === 0) yield;
  }
}
