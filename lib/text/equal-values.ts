/*
 * Equal values kept once: thousands of rules or entries differ in one text, and the rest of them takes no memory of its own.
 */

/** Values by a text that is the same for equal ones; with `most`, no more than that many are remembered at a time. */
export class EqualValues<T> {
  readonly #known = new Map<string, T>();
  readonly #most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** The value of this text; it is made unless it is known. */
  get(text: string, make: () => T): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (this.#known.size >= this.#most) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }
}
