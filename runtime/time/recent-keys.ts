/*
 * Values by key, of which a limited number is remembered: of more keys the one that was set longest ago is forgotten. A step costs
 * the same however many keys there are. (To take the first key of a Map again and again does not: it passes over all that were
 * deleted before.)
 */

/** A key in the order in which keys were set. */
interface Remembered<V> {
  readonly key: string;
  value: V;
  older: Remembered<V> | null;
  newer: Remembered<V> | null;
}

export class RecentKeys<V> {
  readonly #most: number;
  readonly #remembered = new Map<string, Remembered<V>>();
  #oldest: Remembered<V> | null = null;
  #newest: Remembered<V> | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#remembered.size;
  }

  get(key: string): V | undefined {
    return this.#remembered.get(key)?.value;
  }

  set(key: string, value: V): void {
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      known.value = value;
      if (known === this.#newest) return;
      this.#takeOut(known);
      this.#append(known);
      return;
    }
    const made: Remembered<V> = { key, value, older: null, newer: null };
    this.#remembered.set(key, made);
    this.#append(made);
    if (this.#oldest !== null && this.#remembered.size > this.#most) this.delete(this.#oldest.key);
  }

  delete(key: string): void {
    const known = this.#remembered.get(key);
    if (known === undefined) return;
    this.#remembered.delete(key);
    this.#takeOut(known);
  }

  #append(one: Remembered<V>): void {
    one.older = this.#newest;
    one.newer = null;
    if (this.#newest === null) this.#oldest = one;
    else this.#newest.newer = one;
    this.#newest = one;
  }

  #takeOut({ older, newer }: Remembered<V>): void {
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }
}
