/*
 * Mapping tables that are called only by tables which nothing uses: themselves, or each other. `policy/unasked-table`
 * reports a table that nothing calls at all.
 */
import { askedTables, tablesAskedBy } from '../../config/index.js';
import { tableKey, tablesOf } from '../../mapping/index.js';
import type { WrittenRule } from '../rule.js';

export const unreachedTable = {
  code: 'lint/unreached-table',
  about:
    'A mapping table is called only by tables that nothing uses. Call one of them from an access table, from FORWARD or from a rewrite rule, or remove them.',
  check({ compiled }) {
    const tables = new Map(tablesOf(compiled.mappings).map((table) => [tableKey(table.name), table]));
    const called = new Set([...tables.values()].flatMap(tablesAskedBy));
    const used = askedTables([...tables.values()], compiled.rules);
    return [...tables]
      .filter(([key]) => called.has(key) && !used.has(key))
      .map(([, { name, span }]) => ({
        span,
        message: `the table \`${name}\` is not used: only other unused tables call it`,
        hint: 'call one of them from an access table, from FORWARD or from a rewrite rule, or remove them',
      }));
  },
} as const satisfies WrittenRule;
