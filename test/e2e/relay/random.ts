// Random choices that can be repeated: the same seed makes the same choices on every machine.

/** A source of choices. */
export interface Choices {
  /** A whole number from 0 up to, and not including, `limit`. */
  below(limit: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of the items; throws when there is none. */
  pick<T>(items: readonly T[]): T;
}

/** Makes a source of choices from a seed, a whole number. */
export function choicesFrom(seed: number): Choices {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    // Each state is spread over all bits by multiplications and shifts; the states themselves step through all values.
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) % limit;
  };
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
  };
}
