/*
 * Checks the templates of the access tables: flags that the table does not know or that cannot be obeyed.
 * Ref: PMDF 16.1.1
 */
import { checkAccessTable } from '../access/check-table.js';
import { findAccessTable } from '../access/tables.js';
import { namesSender } from '../channel/auth-rewrite.js';
import type { ChannelTable } from '../channel/channel.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { MappingTable } from '../mapping/syntax.js';

/** Checks every access table among `tables`. */
export function checkAccessTables(tables: readonly MappingTable[], channels: ChannelTable): Diagnostic[] {
  const authrewrite = [...channels.channels.values()].some(namesSender);
  return tables.flatMap((table) => {
    const access = findAccessTable(table.name);
    return access === undefined ? [] : checkAccessTable(access.table, table, { authrewrite });
  });
}
