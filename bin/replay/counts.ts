/*
 * Counts of names that come from outside: a limited number of names, and all others together.
 */

/** How many different names have a count of their own, the first ones. */
export const mostNames = 10_000;

/** A name and how often it occurred. */
export interface Count {
  readonly value: string;
  readonly count: number;
}

/** The most frequent names. */
export interface Counted {
  /** The most frequent first; with equal counts in the order of their first occurrence. */
  readonly most: readonly Count[];
  /** How often all others occurred. */
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
