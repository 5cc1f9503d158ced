/*
 * The JSON form of a replay.
 */
import type { LinesRead } from './replay-logs.js';
import type { Dimension, Totals } from './tally.js';

/** Makes the JSON form. */
export function replayJson(lines: LinesRead, totals: Totals, by: readonly Dimension[]) {
  const { differences, by: counted, ...rest } = totals;
  return {
    lines,
    ...rest,
    differences,
    by: Object.fromEntries(by.map((one) => [one, counted.get(one)])),
  };
}
