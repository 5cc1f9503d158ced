/*
 * The shape of a table of figures: in each row what was measured of ours, beside any number of peers that were measured in
 * the same run.
 */
import type { Chart } from './chart.js';
import type { Goal } from './goal.js';

/**
 * What a figure counts: `us`, `msg/s`, `MB`, or a noun such as `functions`. Microseconds are printed as milliseconds or
 * seconds where they are many.
 */
export type Unit = string;

/** What several rounds of one contestant gave. */
export interface Sample {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: Unit;
}

/** A contestant that could not be measured. */
export interface Missing {
  /** What to install: `the Debian package postfix-pcre`. */
  readonly missing: string;
}

/** The figure of a contestant. */
export type Figure = Sample | Missing;

/** Another program, or another way of doing the same. */
export interface Peer {
  readonly name: string;
  readonly figure: Figure;
}

/** A line of a table. */
export interface Row {
  readonly what: string;
  readonly ours: Figure;
  readonly peers: readonly Peer[];
  /** All of them are to be reached. */
  readonly goals: readonly Goal[];
}

/** A table of figures. */
export interface Table {
  readonly name: string;
  readonly rows: readonly Row[];
  /** What a reader has to know to judge the figures, a sentence each. */
  readonly notes?: readonly string[];
  /** What `--plot` writes. */
  readonly charts?: readonly Chart[];
  /** The page that has these figures, and what `--docs` writes there; others are in the README. */
  readonly page?: { readonly file: string; readonly lines: readonly string[] };
}

/** Whether the contestant could not be measured. */
export function isMissing(figure: Figure): figure is Missing {
  return 'missing' in figure;
}

/** Our median divided by that of the peer; null if one of them is missing. */
export function ratioTo(row: Row, peer: Peer): number | null {
  return isMissing(row.ours) || isMissing(peer.figure) ? null : row.ours.median / peer.figure.median;
}
