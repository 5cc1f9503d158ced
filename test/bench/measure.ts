/*
 * Measuring: medians of several interleaved rounds, so that a busy moment of the machine affects all contestants alike.
 */

/** One line of a table of figures; a ratio compares the contestant with its peer. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: number | null;
  readonly goal: string;
  readonly reached: boolean;
}

/** A table of figures. */
export interface Table {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** The number of rounds for a median. */
export const rounds = 5;

/** The middle value; the list must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('no value to take a median of');
  return middle;
}

/** The value below which the given share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('no value to take a percentile of');
  return value;
}

/** Microseconds that one call takes, on average over `count` calls. */
export function microsecondsPerCall(count: number, call: (index: number) => void): number {
  const start = process.hrtime.bigint();
  for (let index = 0; index < count; index += 1) call(index);
  return Number(process.hrtime.bigint() - start) / 1000 / count;
}

/** Medians of contestants that take turns. */
export async function inTurns(
  contestants: readonly (() => number | Promise<number>)[],
): Promise<readonly number[]> {
  const results: number[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, run] of contestants.entries()) results[index]?.push(await run());
  }
  return results.map(median);
}

/** Formats microseconds for people. */
export function micros(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} ms` : `${value.toFixed(2)} us`;
}
