/*
 * What can be said about tables only when all of them are known: names that are used twice, and sub-tables that do not exist.
 * Ref: PMDF 5.2, 5.3.2
 */
import { type Diagnostic, errorAt, nearest } from '../text/index.js';
import { tableKey } from './compile-tables.js';
import type { MappingTable } from './syntax.js';

/** Reports every table whose name an earlier one has. */
export function findDuplicateTables(tables: readonly MappingTable[]): Diagnostic[] {
  const first = new Map<string, MappingTable>();
  const diagnostics: Diagnostic[] = [];
  for (const table of tables) {
    const earlier = first.get(tableKey(table.name));
    if (earlier === undefined) first.set(tableKey(table.name), table);
    else {
      diagnostics.push(
        errorAt(table.span, 'mapping/duplicate-table', `there is a table \`${earlier.name}\` already`, {
          hint: 'put the entries of both into one table; the first that matches counts',
          related: [{ message: 'first defined here', span: earlier.span }],
        }),
      );
    }
  }
  return diagnostics;
}

/** Reports every template that calls a table which is not among `tables`. */
export function findUnknownTables(tables: readonly MappingTable[]): Diagnostic[] {
  const known = new Map(tables.map((table) => [tableKey(table.name), table.name]));
  const diagnostics: Diagnostic[] = [];
  for (const item of tables.flatMap((table) => table.entries).flatMap((entry) => entry.template)) {
    if (item.kind !== 'sub-table' || known.has(tableKey(item.table))) continue;
    const meant = nearest(item.table, known.values());
    const message = `there is no table \`${item.table}\``;
    const hint = meant === undefined ? 'add the table, or remove this item' : `did you mean \`${meant}\`?`;
    diagnostics.push(errorAt(item.span, 'mapping/unknown-table', message, { hint }));
  }
  return diagnostics;
}
