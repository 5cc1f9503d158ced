/*
 * Mapping tables that are asked only by tables which nothing asks: themselves, or each other. One that nothing asks at all
 * is reported when the policy is compiled.
 */
import { askedTables, tablesAskedBy } from '../config/index.js';
import { tableKey, tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

/** Finds tables that no probe gets to, though some table names them. */
export function lintUnreachedTables({ mappings, rules }: CompiledPolicy): Diagnostic[] {
  const tables = new Map(tablesOf(mappings).map((table) => [tableKey(table.name), table]));
  const named = new Set([...tables.values()].flatMap(tablesAskedBy));
  const reached = askedTables([...tables.values()], rules);
  return [...tables]
    .filter(([key]) => named.has(key) && !reached.has(key))
    .map(([, { name, span }]) =>
      warningAt(span, 'lint/unreached-table', `\`${name}\` is asked only by tables that nothing asks`, {
        hint: 'ask one of them from an access table, from FORWARD or from a rewrite rule, or take them out',
      }),
    );
}
