/*
 * Look-ups in the general database where none is configured: nobody can answer them, so whatever asks is deferred.
 */
import { tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { itemsOfRules } from '../rewrite/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

/** Finds look-ups without a database. */
export function lintMissingDatabase({ policy, rules, mappings }: CompiledPolicy): Diagnostic[] {
  if (policy.settings.databases.general !== null) return [];
  const inRules = itemsOfRules(rules).filter((item) => item.kind === 'general');
  const inTables = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .flatMap(({ template }) => template.filter((item) => item.kind === 'database'));
  return [...inRules, ...inTables].map(({ span }) =>
    warningAt(span, 'lint/no-database', 'this asks the general database, but none is configured', {
      hint: 'mail that gets here is deferred; set `databases.general` in pmdf.yaml, or take the look-up out',
    }),
  );
}
