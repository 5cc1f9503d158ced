/*
 * `${TABLE,...}` in a mapping table. In a rewrite rule that calls the table; in a mapping table it looks `TABLE,...` up in
 * the general database, and a table is called by `$|TABLE;...|`.
 * Ref: PMDF 2.2.6, 5.3.2
 */
import { type TemplateItem, tableKey, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import type { WrittenRule } from '../rule.js';
import { templateItems } from '../written-texts.js';

/** The table that a look-up names as a rewrite rule would call it; null for a real look-up. */
export function calledAsInRules(item: TemplateItem, { mappings }: CompiledPolicy): string | null {
  const [first] = item.kind === 'database' ? item.key : [];
  if (first?.kind !== 'literal' || !first.text.includes(',')) return null;
  const name = first.text.slice(0, first.text.indexOf(','));
  const key = tableKey(name);
  return tablesOf(mappings).some((table) => tableKey(table.name) === key) ? name : null;
}

export const tableInBraces = {
  code: 'lint/table-in-braces',
  about:
    'A template in a mapping table calls another table as a rewrite rule does, `${TABLE,argument}`. In a mapping table that is a look-up in the general database. Write `$|TABLE;argument|`.',
  check({ compiled }) {
    return templateItems(compiled).flatMap((item) => {
      const table = calledAsInRules(item, compiled);
      if (table === null) return [];
      const { source, offset, length } = item.span;
      const call = source.text.slice(offset, offset + length);
      const argument = call.slice(call.indexOf(',') + 1, -1);
      const message = `in a mapping table \`\${...}\` is a look-up in the general database, not a call of the table \`${table}\``;
      return [{ span: item.span, message, hint: `to call the table write \`$|${table};${argument}|\`` }];
    });
  },
} as const satisfies WrittenRule;
