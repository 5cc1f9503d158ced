/*
 * What the other languages see of a mapping table: a probe goes in, text and flags come out.
 */
import type { Lookup } from '../engine/index.js';
import type { Span } from '../text/index.js';

/** The result of a table. Without a match the output is the probe and there are no flags. */
export interface MappingResult {
  readonly matched: boolean;
  readonly output: string;
  /** Upper-case letters and punctuation, in no order. */
  readonly flags: ReadonlySet<string>;
  /** The entries that matched, in the order in which they ran. */
  readonly entries: readonly Span[];
  /** Set when a database or another outside source could not answer: the caller must defer. */
  readonly failed: string | null;
}

/** Runs a probe through a table; null when there is no such table. Table names are compared without regard to case. */
export type ApplyMapping = (
  table: string,
  probe: string,
  inputFlags: ReadonlySet<string>,
) => Lookup<MappingResult | null>;
