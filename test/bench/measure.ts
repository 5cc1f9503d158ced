/*
 * Measuring: contestants take turns, so that a busy moment of the machine affects them all alike, and a contestant's figure
 * is the median of several rounds with the smallest and the largest.
 */
import type { Goal } from './goal.js';
import type { Figure, Missing, Row, Sample, Unit } from './row.js';

/** The number of rounds. */
export const rounds = 5;

/** Says that a contestant cannot be measured here, and what to install. */
export class MissingPeer extends Error {
  /** What to install: `the Debian package postfix-pcre`. */
  readonly install: string;

  constructor(install: string) {
    super(`missing: ${install}`);
    this.name = 'MissingPeer';
    this.install = install;
  }
}

/** Gives the result of one round. Throws a `MissingPeer` if it cannot be measured here. */
export type Run<T = number> = () => T | Promise<T>;

/** The value below which the given share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('no value to take a percentile of');
  return value;
}

/** The middle value; the list must not be empty. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The figure of a contestant from its rounds; the list must not be empty. */
export function sampleOf(values: readonly number[], unit: Unit): Sample {
  return { median: median(values), minimum: percentile(values, 0), maximum: percentile(values, 1), unit };
}

/** The figure of something that is counted rather than measured, and is the same in each round. */
export function exactly(count: number, unit: Unit): Sample {
  return sampleOf([count], unit);
}

/** Microseconds that one call takes, on average over `count` calls. */
export function microsecondsPerCall(count: number, call: (index: number) => void): number {
  const start = process.hrtime.bigint();
  for (let index = 0; index < count; index += 1) call(index);
  return Number(process.hrtime.bigint() - start) / 1000 / count;
}

/**
 * The same once the code is compiled and its memory present, as in a server that has run for a while: every call is made once
 * before it is measured. Another contestant may have started programs in between, after which the first calls take longer.
 */
export function microsecondsPerWarmCall(count: number, call: (index: number) => void): number {
  microsecondsPerCall(count, call);
  return microsecondsPerCall(count, call);
}

/** What a contestant gave in each round. */
export type Given<T> = { readonly values: readonly T[] } | Missing;

/**
 * What each contestant gave in each round; the contestants take turns. One that throws a `MissingPeer` is not asked again,
 * and the others go on. Other errors are passed on.
 */
export async function inTurns<T>(contestants: readonly Run<T>[]): Promise<readonly Given<T>[]> {
  const results = contestants.map((run) => ({ run, values: [] as T[], missing: '' }));
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of results.filter(({ missing }) => missing === '')) {
      try {
        contestant.values.push(await contestant.run());
      } catch (error) {
        if (!(error instanceof MissingPeer)) throw error;
        contestant.missing = error.install;
      }
    }
  }
  return results.map(({ values, missing }) => (missing === '' ? { values } : { missing }));
}

/** The figure of a contestant by one of the numbers in the result of each round. */
export function figureOf<T>(given: Given<T> | undefined, unit: Unit, pick: (result: T) => number): Figure {
  if (given === undefined) throw new Error('there is no such contestant');
  return 'missing' in given ? given : sampleOf(given.values.map(pick), unit);
}

/** A row to be measured. */
export interface Contest {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: Run;
  readonly peers?: readonly { readonly name: string; readonly run: Run }[];
  readonly goals?: readonly Goal[];
}

/** Measures a row: ours and the peers take turns. */
export async function compare({ what, unit, ours, peers = [], goals = [] }: Contest): Promise<Row> {
  const given = await inTurns([ours, ...peers.map(({ run }) => run)]);
  const figure = (index: number): Figure => figureOf(given[index], unit, (value) => value);
  const measured = peers.map(({ name }, index) => ({ name, figure: figure(index + 1) }));
  return { what, ours: figure(0), peers: measured, goals };
}
