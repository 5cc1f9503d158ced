/*
 * How often the most frequent of many texts came, in bounded memory: when it is full, a text that is not there takes the place of
 * one that came least often and goes on from its count. A count is too high by that at most.
 * Ref: Metwally, Agrawal, El Abbadi, Efficient Computation of Frequent and Top-k Elements in Data Streams (2005)
 */
export type TextCount = readonly [text: string, count: number];

export class TopCounts {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    const known = this.#counts.get(text);
    if (known !== undefined || this.#counts.size < this.#most) {
      this.#counts.set(text, (known ?? 0) + 1);
      return;
    }
    const [least, count] = this.#least();
    this.#counts.delete(least);
    this.#counts.set(text, count + 1);
  }

  /** The most frequent first. */
  top(most: number): readonly TextCount[] {
    return [...this.#counts].sort(([, one], [, other]) => other - one).slice(0, most);
  }

  #least(): TextCount {
    let least: TextCount = ['', Number.POSITIVE_INFINITY];
    for (const one of this.#counts) {
      if (one[1] === 1) return one;
      if (one[1] < least[1]) least = one;
    }
    return least;
  }
}
