import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { StepBudget } from '../../../lib/engine/environment.js';
import { absent, driveNow } from '../../../lib/engine/lookup.js';
import { settingsOf } from '../../../lib/rewrite/controls.js';
import { expandRule } from '../../../lib/rewrite/expand-rule.js';
import { expandPlain, PlainTemplates } from '../../../lib/rewrite/plain-template.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { sortItems } from '../../../lib/rewrite/rule-index.js';
import type { RuleResult } from '../../../lib/rewrite/rule-result.js';
import { parseRules } from '../../support/language.js';
import { envelopeTo, hostTable, linesOf } from './fixture.js';

const pieces = [
  ...['$U', '$0U', '$1U', '$D', '$1D', '$H', '$2H', '$L', '$$', '$%', '$@', '$&0', '$!1', '$*0', '$#1'],
  ...['%', '@', '%', '@', 'a', 'b.c', '.', '$Tt|', '$?no such', '$4001002?later', '$\\', '$W', '$(a)', '$Va'],
];
const templates = fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map((parts) => parts.join(''));
const texts = fc.oneof(
  fc.constantFrom('', 'user', 'user+detail', '"a b"', 'a%b', 'b.c', '.c', '1.2.3.4', '[1.2.3.4]'),
  fc.string({ maxLength: 12 }),
  fc.constant('x'.repeat(5000)),
);
const addresses = fc.record({
  user: texts,
  wholeHost: texts,
  host: texts,
  domain: texts,
  literal: texts,
  from: fc.constantFrom('route' as const, 'at' as const, 'percent' as const, 'bang' as const),
});

/** Counts what is spent. */
class CountedBudget extends StepBudget {
  spent = 0;

  override spend(steps: number, what: string): void {
    this.spent += steps;
    super.spend(steps, what);
  }
}

function worldWith(budget: StepBudget) {
  return {
    hosts: hostTable(),
    localHost: 'localhost',
    localDomains: new Set<string>(),
    applyMapping: () => {
      throw new Error('a plain template calls no table');
    },
    environment: { random: () => 0, uniqueString: () => 'unique', budget },
    ceiling: 32,
    domainDatabase: false,
  };
}

describe('a plain template', () => {
  it('gives what the same rule gives item by item, with the same steps', () => {
    // One for all, so that later templates share parts of earlier ones.
    const shared = new PlainTemplates();
    const seen = new Map<RuleResult['kind'] | 'not plain', number>();
    fc.assert(
      fc.property(templates, addresses, (template, parts) => {
        const [rule] = rulesOf(parseRules(linesOf(`. ${template}`)).value);
        if (rule === undefined) return;
        const { controls, output } = sortItems(rule.template);
        const { form } = rule.template;
        const settings = settingsOf(controls);
        const plain = shared.make(output, form);
        const kind =
          plain === null ? 'not plain' : expandPlain(plain, parts, settings, new StepBudget(1000)).kind;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        if (plain === null) return;
        const [mine, its] = [new CountedBudget(1000), new CountedBudget(1000)];
        assert.deepEqual(
          expandPlain(plain, parts, settings, mine),
          driveNow(
            expandRule(
              { kind: 'items', controls, settings, output, form },
              parts,
              envelopeTo,
              worldWith(its),
            ),
            () => absent,
          ),
        );
        assert.equal(mine.spent, its.spent);
      }),
      { numRuns: 5000 },
    );
    for (const kind of ['again', 'route', 'stop', 'skipped', 'undecided', 'not plain'] as const) {
      assert.ok((seen.get(kind) ?? 0) > 5, `${kind}: ${seen.get(kind) ?? 0} times`);
    }
  });
});
