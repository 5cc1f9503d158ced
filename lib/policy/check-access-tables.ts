/*
 * Checks the templates of the access tables: flags that the table does not know or that cannot be obeyed.
 * Ref: PMDF 16.1.1
 */
import { checkAccessTemplate } from '../access/check-flags.js';
import { accessTables } from '../access/tables.js';
import { type ChannelTable, hasKeyword } from '../channel/channel.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { tableKey } from '../mapping/check-tables.js';
import type { MappingTable } from '../mapping/syntax.js';

/** Checks every access table among `tables`. */
export function checkAccessTables(tables: readonly MappingTable[], channels: ChannelTable): Diagnostic[] {
  const authrewrite = [...channels.channels.values()].some((channel) => hasKeyword(channel, 'authrewrite'));
  return tables.flatMap(({ name, entries }) => {
    const known = accessTables.find(({ table }) => table === tableKey(name));
    if (known === undefined) return [];
    return entries.flatMap(({ template }) =>
      checkAccessTemplate(
        known.table,
        {
          set: template.filter((item) => item.kind === 'flag'),
          tested: template.filter((item) => item.kind === 'input-flag'),
        },
        { authrewrite },
      ),
    );
  });
}
