/*
 * Entries of the general database that nothing looks up: nothing uses the database, or the keys are whole addresses while
 * rules look up local parts, as `$($U)` does. One finding stands for all of them.
 * Ref: PMDF 2.2.5
 */
import type { CompiledPolicy } from '../../policy/index.js';
import { everyItem, itemsOfRules, type TemplateItem } from '../../rewrite/index.js';
import type { DatabaseEntry } from '../database-entries.js';
import type { WrittenRule } from '../rule.js';
import { tablesUseGeneral } from '../written-texts.js';

/** The keys that are looked up. */
type Keys = 'none' | 'without at sign' | 'any';

/** Whether a part of a key may give an at sign, other than one in a quoted local part. */
function mayGiveAtSign(item: TemplateItem): boolean {
  switch (item.kind) {
    case 'text':
      return item.text.includes('@');
    case 'separator':
      return item.mark === '@';
    case 'general':
    case 'mapping':
    case 'ldap':
      return true;
    default:
      return false;
  }
}

function keysLookedUp(compiled: CompiledPolicy): Keys {
  if (tablesUseGeneral(compiled)) return 'any';
  const keys = itemsOfRules(compiled.rules).flatMap((item) => (item.kind === 'general' ? [item.key] : []));
  if (keys.length === 0) return 'none';
  return keys.some((key) => everyItem(key).some(mayGiveAtSign)) ? 'any' : 'without at sign';
}

export const unaskedEntry = {
  code: 'lint/unasked-entry',
  about:
    'No rewrite rule or table ever looks up this entry of the general database, so mail for its key is handled as if the entry did not exist. Either nothing uses the database, or its keys are whole addresses while rules look up local parts.',
  check({ compiled, policy, databaseEntries }) {
    const keys = keysLookedUp(compiled);
    if (keys === 'any') return [];
    let first: DatabaseEntry | null = null;
    let others = -1;
    for (const entry of databaseEntries()) {
      if (entry.database !== 'general') continue;
      if (keys === 'without at sign' && (!entry.key.includes('@') || entry.key.startsWith('"'))) continue;
      first ??= entry;
      others += 1;
    }
    if (first === null) return [];
    const { key, keySpan } = first;
    const which = others < 1 ? `\`${key}\` is` : `\`${key}\` and ${others} more are`;
    const [why, hint] =
      keys === 'none'
        ? [
            'no rewrite rule and no table uses the general database',
            `begin pmdf.cnf with the rule \`${policy.localHost}   $($U)$E$F\``,
          ]
        : [
            'rewrite rules look up local parts, not whole addresses',
            `write \`${key.slice(0, key.lastIndexOf('@'))}\``,
          ];
    return [{ span: keySpan, message: `${which} never looked up: ${why}`, hint }];
  },
} as const satisfies WrittenRule;
