/*
 * Random choices that can be repeated: the same seed makes the same choices on every machine.
 */

/** A source of choices. */
export interface Choices {
  /** A whole number from 0 up to, and not including, `limit`. */
  below(limit: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of the items; throws if there is none. */
  pick<T>(items: readonly T[]): T;
}

/** Makes a source of choices from a seed, a whole number. */
export function choicesFrom(seed: number): Choices {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    // Multiplications and shifts spread each state over all bits; the states step through all values.
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

/** The seed of all random tests; set RELAY_SEED for another one. */
export const seed = Number(process.env['RELAY_SEED'] ?? 20_261);

/** Returns up to `count` of the items, chosen by the seed. */
export function sample<T>(items: readonly T[], count: number): T[] {
  const choices = choicesFrom(seed);
  const left = [...items];
  const taken: T[] = [];
  while (taken.length < count && left.length > 0) taken.push(...left.splice(choices.below(left.length), 1));
  return taken;
}
