/*
 * Counts how many entries share each key, roughly: keys that fall together are counted together. The counts are in pages that
 * are made one by one, since to make room for millions of them at once takes tens of milliseconds.
 */
import type { Slices } from '../../text/index.js';

const pageBits = 14;
const leastBits = 4;
const mostBits = 22;

export class KeyCounts {
  readonly #pages: readonly Uint32Array[];
  /** The place of a hash is what is left of it after this shift to the right. */
  readonly #shift: number;

  private constructor(pages: readonly Uint32Array[], shift: number) {
    this.#pages = pages;
    this.#shift = shift;
  }

  /** Room for about `keys` keys, at most four million. */
  static *makeInSlices(keys: number): Slices<KeyCounts> {
    const bits = Math.min(mostBits, Math.max(leastBits, Math.ceil(Math.log2(Math.max(1, keys)))));
    const size = 2 ** Math.min(bits, pageBits);
    const pages: Uint32Array[] = [];
    while (pages.length * size < 2 ** bits) {
      // Written to, because the system gives the memory only then.
      pages.push(new Uint32Array(size).fill(0));
      yield;
    }
    return new KeyCounts(pages, 32 - bits);
  }

  add(hash: number): void {
    const place = hash >>> this.#shift;
    const page = this.#pages[place >>> pageBits];
    const at = place & ((1 << pageBits) - 1);
    if (page !== undefined) page[at] = (page[at] ?? 0) + 1;
  }

  of(hash: number): number {
    const place = hash >>> this.#shift;
    return this.#pages[place >>> pageBits]?.[place & ((1 << pageBits) - 1)] ?? 0;
  }
}
