/*
 * Equal values kept once: thousands of rules differ in one text, and the rest of them takes no memory of its own.
 */

/** Values by a text that is the same for equal ones. */
export class Shared<T> {
  readonly #known = new Map<string, T>();

  /** The value of this text; it is made the first time. */
  get(text: string, make: () => T): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(text, made);
    return made;
  }
}
