/*
 * Look-ups in the general database when none is configured. `${TABLE,...}` in a mapping table is `table-in-braces`.
 */
import { itemsOfRules } from '../../rewrite/index.js';
import type { WrittenRule } from '../rule.js';
import { templateItems } from '../written-texts.js';
import { calledAsInRules } from './table-in-braces.js';

export const noDatabase = {
  code: 'lint/no-database',
  about:
    'A template looks something up in the general database and none is configured, so mail that reaches it is deferred. Set `databases.general` in pmdf.yaml, or remove the look-up.',
  check({ compiled, policy }) {
    if (policy.settings.databases.general !== null) return [];
    const inRules = itemsOfRules(compiled.rules).filter((item) => item.kind === 'general');
    const inTables = templateItems(compiled).filter(
      (item) => item.kind === 'database' && calledAsInRules(item, compiled) === null,
    );
    return [...inRules, ...inTables].map(({ span }) => ({
      span,
      message:
        'this looks something up in the general database, but none is configured: such mail is deferred',
      hint: 'set `databases.general` in pmdf.yaml, or remove the look-up',
    }));
  },
} as const satisfies WrittenRule;
