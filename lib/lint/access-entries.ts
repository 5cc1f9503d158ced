/*
 * The entries of access tables.
 */
import { type AccessTable, findAccessTable } from '../access/index.js';
import type { Entry } from '../mapping/index.js';
import type { LintTable } from './tables.js';

export interface AccessEntry {
  readonly table: AccessTable;
  readonly entry: Entry;
}

export function accessEntries(tables: readonly LintTable[]): readonly AccessEntry[] {
  return tables.flatMap(({ written }) => {
    const table = findAccessTable(written.name)?.table;
    return table === undefined ? [] : written.entries.map((entry) => ({ table, entry }));
  });
}
