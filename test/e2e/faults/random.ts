/*
 * Pseudo-random numbers that are the same in every run.
 */

/** Makes a generator of integers from `low` to `high`, both included. Ref: Marsaglia, Xorshift RNGs, 2003 */
export function seeded(seed: number): (low: number, high: number) => number {
  let state = seed >>> 0 || 1;
  return (low, high) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return low + (state % (high - low + 1));
  };
}
