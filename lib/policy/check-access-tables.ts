/*
 * Checks the templates of the access tables: flags that the table does not know or that cannot be obeyed.
 * Ref: PMDF 16.1.1
 */
import { checkAccessTable, findAccessTable } from '../access/index.js';
import { type ChannelTable, namesSender } from '../channel/index.js';
import type { MappingTable } from '../mapping/index.js';
import type { Diagnostic } from '../text/index.js';

/** Checks every access table among `tables`. */
export function checkAccessTables(tables: readonly MappingTable[], channels: ChannelTable): Diagnostic[] {
  const authrewrite = [...channels.channels.values()].some(namesSender);
  return tables.flatMap((table) => {
    const access = findAccessTable(table.name);
    return access === undefined ? [] : checkAccessTable(access.table, table, { authrewrite });
  });
}
