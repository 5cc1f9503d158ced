/*
 * The mapping tables of a policy as the lint looks at them: what was written beside what it was compiled to.
 */
import { tableKey } from '../../mapping/check-tables.js';
import type { CompiledTable } from '../../mapping/compile-tables.js';
import { type MappingTable, tablesOf } from '../../mapping/syntax.js';
import type { CompiledPolicy } from '../compile-policy.js';
import type { ProbeSite } from './probe-text.js';

/** A table twice; the entries of both have the same numbers, from 0. */
export interface LintTable {
  readonly written: MappingTable;
  readonly compiled: CompiledTable;
}

/** The tables of a policy, in the order in which they were written. */
export function lintTables({ mappings, policy }: CompiledPolicy): LintTable[] {
  return tablesOf(mappings).flatMap((written) => {
    const compiled = policy.mappings.get(tableKey(written.name));
    return compiled === undefined ? [] : [{ written, compiled }];
  });
}

/** What example probes are made with. */
export function siteOf({ policy }: CompiledPolicy): ProbeSite {
  const { listeners, access } = policy.settings;
  return { sourceChannel: listeners.default, localHost: policy.localHost, orcpt: access.orcpt };
}
