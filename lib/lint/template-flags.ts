/*
 * The entries of access tables, and the flags of a template.
 */
import { type AccessTable, findAccessTable } from '../access/index.js';
import type { Entry, MappingTemplate } from '../mapping/index.js';
import type { LintTable } from './tables.js';

/** An entry of an access table. */
export interface AccessEntry {
  readonly table: AccessTable;
  readonly entry: Entry;
}

/** All entries of access tables. */
export function accessEntries(tables: readonly LintTable[]): readonly AccessEntry[] {
  return tables.flatMap(({ written }) => {
    const table = findAccessTable(written.name)?.table;
    return table === undefined ? [] : written.entries.map((entry) => ({ table, entry }));
  });
}

/** The letters of the flags that a template sets. */
export function flagsIn(template: MappingTemplate): ReadonlySet<string> {
  return new Set(template.flatMap((item) => (item.kind === 'flag' ? [item.flag] : [])));
}
