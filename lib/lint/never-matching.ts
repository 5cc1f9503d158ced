/*
 * Which entries of mapping tables can never match. An entry that ends its table by failing takes others for another
 * reason, which `lint/ends-by-failing` reports.
 * Ref: PMDF 5.3.2
 */
import type { MappingTable } from '../mapping/index.js';
import { findShadowed, outcomesOf, type ShadowedEntry, type WorkLimit } from '../proof/index.js';
import type { LintTable } from './tables.js';

export interface TableResult {
  readonly table: LintTable;
  readonly never: readonly ShadowedEntry[];
  /** Entries that were not compared, since the limit of work was reached. */
  readonly leftOut: number;
}

export interface NeverMatching {
  readonly tables: readonly TableResult[];
  /** Entries about which nothing is known. */
  readonly undecided: number;
}

/** All the work for one policy; a hundred thousand unrelated entries need a fifth of it. */
const wholeWork = 5_000_000;

function endsByFailing({ entries }: MappingTable, entry: number): boolean {
  const template = entries[entry]?.template;
  return template !== undefined && outcomesOf(template).endsByFailing.length > 0;
}

/** Compares the entries of each table. */
export function neverMatchingEntries(tables: readonly LintTable[]): NeverMatching {
  const limit: WorkLimit = { left: wholeWork };
  let undecided = 0;
  const results = tables.map((table) => {
    const { written, compiled, bars } = table;
    const report = findShadowed(written.entries, compiled, limit, bars);
    undecided += report.undecided + report.leftOut;
    const never = report.shadowed.filter(
      ({ takenBy }) => !takenBy.some((one) => endsByFailing(written, one)),
    );
    return { table, never, leftOut: report.leftOut };
  });
  return { tables: results, undecided };
}
