/*
 * Values that are made of a text, kept once where the same text comes again soon: thousands of entries in a row differ in one
 * text, and the rest of them takes no memory of its own.
 */

/** More texts than a table repeats; where every entry has its own, no more than these are kept while they are read. */
const most = 1024;

export class RecentValues<T> {
  readonly #known = new Map<string, T>();

  /** The value of this text; it is made unless it is known. */
  get(text: string, make: () => T): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }
}
