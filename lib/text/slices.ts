/*
 * Work in slices, so that its caller can do something else in between: a generator that yields nothing
 * and returns its result.
 */
export type Slices<T> = Generator<undefined, T, undefined>;

/** The lines or entries of one slice: a small part of a millisecond. */
export const perSlice = 10;

export function atOnce<T>(work: Slices<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** Processes each item, in slices. */
export function* eachInSlices<T>(items: Iterable<T>, act: (item: T) => void): Slices<void> {
  let count = 0;
  for (const item of items) {
    act(item);
    count += 1;
    if (count % perSlice === 0) yield;
  }
}
