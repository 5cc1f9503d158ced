/*
 * Mapping tables that are asked only by tables which nothing asks: themselves, or each other. One that nobody asks at all
 * is said to be so when the policy is compiled.
 */
import { accessTables } from '../../access/tables.js';
import { type Diagnostic, warningAt } from '../../diagnostics/diagnostic.js';
import { tableKey } from '../../mapping/check-tables.js';
import { type MappingTable, tablesOf } from '../../mapping/syntax.js';
import { askedTables } from '../check-references.js';
import type { CompiledPolicy } from '../compile-policy.js';
import { tablesAskedByRules } from './rule-items.js';

function askedBy(table: MappingTable): string[] {
  return table.entries.flatMap(({ template }) =>
    template.flatMap((item) => (item.kind === 'sub-table' ? [tableKey(item.table)] : [])),
  );
}

/** Finds tables that no probe gets to, though some table names them. */
export function lintUnreachedTables({ mappings, rules }: CompiledPolicy): Diagnostic[] {
  const tables = new Map(tablesOf(mappings).map((table) => [tableKey(table.name), table]));
  const named = new Set([...tables.values()].flatMap(askedBy));
  const waiting = [...askedTables, ...accessTables.map(({ table }) => table), ...tablesAskedByRules(rules)];
  const reached = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const key = tableKey(name);
    const table = tables.get(key);
    if (table === undefined || reached.has(key)) continue;
    reached.add(key);
    for (const one of askedBy(table)) waiting.push(one);
  }
  return [...tables]
    .filter(([key]) => named.has(key) && !reached.has(key))
    .map(([, { name, span }]) =>
      warningAt(span, 'lint/unreached-table', `\`${name}\` is asked only by tables that nothing asks`, {
        hint: 'ask one of them from an access table, from FORWARD or from a rewrite rule, or take them out',
      }),
    );
}
