/*
 * Look-ups in the general database where none is configured: nobody can answer them, so whatever asks is deferred.
 */
import { type Diagnostic, warningAt } from '../../diagnostics/diagnostic.js';
import { tablesOf } from '../../mapping/syntax.js';
import type { CompiledPolicy } from '../compile-policy.js';
import { itemsOfRules } from './rule-items.js';

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
