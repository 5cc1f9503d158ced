/*
 * What two lists have in common, in one order: from it follows what was added, removed or moved. Longest increasing subsequence,
 * in n log n steps, where an item that comes several times is paired in order.
 */

/** The members of either list that the other has not in the same order, as indexes. */
export interface Unaligned {
  readonly before: readonly number[];
  readonly now: readonly number[];
}

/** The places of items in a list, each with the number of its occurrence. */
function placesOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const places = new Map<string, number>();
  for (const [at, item] of items.entries()) {
    const count = counts.get(item) ?? 0;
    counts.set(item, count + 1);
    places.set(`${count} ${item}`, at);
  }
  return places;
}

interface Step {
  readonly before: number;
  readonly now: number;
  readonly previous: Step | null;
}

/** Compares two lists. */
export function unaligned(before: readonly string[], now: readonly string[]): Unaligned {
  const placesBefore = placesOf(before);
  // The step that ends a subsequence of each length with the lowest place.
  const ends: Step[] = [];
  for (const [item, at] of placesOf(now)) {
    const there = placesBefore.get(item);
    if (there === undefined) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle]?.before ?? 0) < there) low = middle + 1;
      else high = middle;
    }
    ends[low] = { before: there, now: at, previous: ends[low - 1] ?? null };
  }
  const commonBefore = new Set<number>();
  const commonNow = new Set<number>();
  for (let step = ends.at(-1) ?? null; step !== null; step = step.previous) {
    commonBefore.add(step.before);
    commonNow.add(step.now);
  }
  const rest = (items: readonly string[], common: ReadonlySet<number>): number[] =>
    [...items.keys()].filter((at) => !common.has(at));
  return { before: rest(before, commonBefore), now: rest(now, commonNow) };
}
