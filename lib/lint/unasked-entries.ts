/*
 * Entries of the general database that nothing asks for: the database is not asked at all, or its keys are whole addresses
 * while rules ask for local parts, as `$($U)` does. Mail for them goes on as if they were not there. One finding tells of all.
 * Ref: PMDF 2.2.5
 */
import { tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { everyItem, itemsOfRules, type TemplateItem } from '../rewrite/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';
import type { DatabaseEntry } from './database-entries.js';

/** How the general database is asked: by nobody, for local parts and the like alone, or for anything. */
type Asked = 'never' | 'without at sign' | 'for anything';

/** Whether a part of a key may give an at sign, beside the local part of an address, where it stands in quotes. */
function mayGiveAtSign(item: TemplateItem): boolean {
  switch (item.kind) {
    case 'text':
      return item.text.includes('@');
    case 'separator':
      return item.mark === '@';
    case 'general':
    case 'mapping':
      return true;
    default:
      return false;
  }
}

function howAsked({ rules, mappings }: CompiledPolicy): Asked {
  const entries = tablesOf(mappings).flatMap((table) => table.entries);
  if (entries.some(({ template }) => template.some((item) => item.kind === 'database')))
    return 'for anything';
  const keys = itemsOfRules(rules).flatMap((item) => (item.kind === 'general' ? [item.key] : []));
  if (keys.length === 0) return 'never';
  return keys.some((key) => everyItem(key).some(mayGiveAtSign)) ? 'for anything' : 'without at sign';
}

function andMore(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', nor for another one' : `, nor for ${count} others`;
}

/** Finds entries that nothing asks for. */
export function lintUnaskedEntries(compiled: CompiledPolicy, entries: Iterable<DatabaseEntry>): Diagnostic[] {
  const asked = howAsked(compiled);
  if (asked === 'for anything') return [];
  let first: DatabaseEntry | null = null;
  let count = 0;
  for (const entry of entries) {
    if (entry.database !== 'general') continue;
    if (asked === 'without at sign' && (!entry.key.includes('@') || entry.key.startsWith('"'))) continue;
    first ??= entry;
    count += 1;
  }
  if (first === null) return [];
  const { key, keySpan } = first;
  const domain = compiled.policy.localHost;
  const [why, hint] =
    asked === 'never'
      ? [
          'no rule and no table asks the general database',
          `begin pmdf.cnf with the rule \`${domain}   $($U)$E$F\``,
        ]
      : ['rules ask the general database for local parts', `write \`${key.slice(0, key.lastIndexOf('@'))}\``];
  const message = `nothing asks for \`${key}\`${andMore(count - 1)}: ${why}`;
  return [warningAt(keySpan, 'lint/unasked-entry', message, { hint })];
}
