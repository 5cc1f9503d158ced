/*
 * Counts of things whose names come from outside: so many names, and the rest together.
 */

/** How many different names are counted; those that come first have a count of their own. */
export const mostNames = 10_000;

/** A name and how often it came up. */
export interface Count {
  readonly value: string;
  readonly count: number;
}

/** The names that came up most often. */
export interface Counted {
  /** The most frequent first; with equal counts in the order in which they came up. */
  readonly most: readonly Count[];
  /** How often all others came up. */
  readonly others: number;
}

/** Counts names. */
export class Counts {
  readonly #counts = new Map<string, number>();
  #uncounted = 0;

  add(value: string): void {
    const count = this.#counts.get(value);
    if (count === undefined && this.#counts.size >= mostNames) this.#uncounted += 1;
    else this.#counts.set(value, (count ?? 0) + 1);
  }

  /** The `limit` most frequent. */
  most(limit: number): Counted {
    const all = [...this.#counts].sort(([, left], [, right]) => right - left);
    const rest = all.slice(limit).reduce((sum, [, count]) => sum + count, this.#uncounted);
    return { most: all.slice(0, limit).map(([value, count]) => ({ value, count })), others: rest };
  }
}
