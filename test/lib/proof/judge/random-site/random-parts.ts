/*
 * Random sites over a small alphabet. Hosts are `d` (local), `i` and what is below `d` (inside), `p` (a partner), `z` and `[9.9.9.9]`
 * (nobody's), and, where a rule of any form may mean anything by them, `q`, what is below it, and `ü`; local parts are made of `a`,
 * `k` and of `z` and `7`, which are in no file.
 */
import { Random } from '../random.js';
import { accessEntries, calledTable } from './access-entries.js';
import { forwarding } from './forwarding.js';
import { hostNames, keywords, settings } from './listeners.js';
import type { Part } from './part.js';
import { composedRule, usualRules } from './rules.js';

function withComposed(random: Random, rules: readonly string[]): string[] {
  const all = [...rules];
  if (random.chance(40)) return all;
  for (let left = 1 + random.below(3); left > 0; left -= 1)
    all.splice(random.below(all.length + 1), 0, composedRule(random));
  return all;
}

/** Makes the parts of the site with this number. */
export function randomParts(seed: number): readonly Part[] {
  const random = new Random(seed * 7_919 + 17);
  const orcpt = random.chance(15);
  const rules = withComposed(random, usualRules(random));
  const parts: Part[] = rules.map((line) => ({ kind: 'rule', line }));
  parts.push(...hostNames(random), ...keywords(random, rules));
  if (orcpt) parts.push({ kind: 'setting', line: 'access.orcpt' });
  if (random.chance(20)) parts.push({ kind: 'setting', line: 'access.app_info' });
  parts.push(
    ...settings(random),
    ...accessEntries(random, orcpt),
    ...calledTable(random),
    ...forwarding(random),
  );
  return parts;
}
