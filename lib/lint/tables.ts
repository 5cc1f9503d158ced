/*
 * The mapping tables of a policy as the lint looks at them: what was written beside what it was compiled to.
 */
import { type CompiledTable, type MappingTable, tableKey, tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import type { BarCounts } from '../proof/index.js';
import { tablesAskedByRules } from '../rewrite/index.js';
import { type ProbeSite, probeBars } from './probe-text.js';

/** A table twice; the entries of both have the same numbers, from 0. */
export interface LintTable {
  readonly written: MappingTable;
  readonly compiled: CompiledTable;
  /** How many bars its probes have; null where that is not known, as in a table that others ask. */
  readonly bars: BarCounts;
}

/** The tables that templates of entries and rules ask. */
function askedTables({ mappings, rules }: CompiledPolicy): Set<string> {
  const asked = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .flatMap(({ template }) => template.flatMap((item) => (item.kind === 'sub-table' ? [item.table] : [])));
  return new Set([...asked, ...tablesAskedByRules(rules)].map(tableKey));
}

/** The tables of a policy, in the order in which they were written. */
export function lintTables(policy: CompiledPolicy): LintTable[] {
  const asked = askedTables(policy);
  const { orcpt } = siteOf(policy);
  return tablesOf(policy.mappings).flatMap((written) => {
    const key = tableKey(written.name);
    const compiled = policy.policy.mappings.get(key);
    const bars = asked.has(key) ? null : probeBars(key, orcpt);
    return compiled === undefined ? [] : [{ written, compiled, bars }];
  });
}

/** What example probes are made with. */
export function siteOf({ policy }: CompiledPolicy): ProbeSite {
  const { listeners, access } = policy.settings;
  return { sourceChannel: listeners.default, localHost: policy.localHost, orcpt: access.orcpt };
}
