/*
 * The mapping tables of a policy: each as it is written and as it is compiled.
 */
import { type AccessTable, findAccessTable } from '../access/index.js';
import { type CompiledTable, type Entry, type MappingTable, tableKey, tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import type { BarCounts } from '../proof/index.js';
import { tablesAskedByRules } from '../rewrite/index.js';
import { type ProbeSite, probeBars, probeSite } from './example-probe.js';
import { templateItems } from './written-texts.js';

/** A table; entries have the same numbers in both forms, from 0. */
export interface LintTable {
  readonly written: MappingTable;
  readonly compiled: CompiledTable;
  /** The numbers of bars that its probes can have; null where that is not known, as in a table that others call. */
  readonly bars: BarCounts;
  readonly site: ProbeSite;
}

/** The keys of the tables that entries and rules call. */
function calledTables(compiled: CompiledPolicy): Set<string> {
  const byEntries = templateItems(compiled).flatMap((item) =>
    item.kind === 'sub-table' ? [item.table] : [],
  );
  return new Set([...byEntries, ...tablesAskedByRules(compiled.rules)].map(tableKey));
}

export interface AccessEntry {
  readonly table: AccessTable;
  readonly entry: Entry;
}

export function accessEntriesOf(tables: readonly LintTable[]): readonly AccessEntry[] {
  return tables.flatMap(({ written }) => {
    const table = findAccessTable(written.name)?.table;
    return table === undefined ? [] : written.entries.map((entry) => ({ table, entry }));
  });
}

/** The tables in the order in which they are written. */
export function lintTables(policy: CompiledPolicy): readonly LintTable[] {
  const called = calledTables(policy);
  const site = probeSite(policy.policy);
  return tablesOf(policy.mappings).flatMap((written) => {
    const key = tableKey(written.name);
    const compiled = policy.policy.mappings.get(key);
    const bars = called.has(key) ? null : probeBars(key, site);
    return compiled === undefined ? [] : [{ written, compiled, bars, site }];
  });
}
