import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ask } from '../../../lib/engine/ask.js';
import { StepBudget } from '../../../lib/engine/environment.js';
import {
  absent,
  driveNow,
  failed,
  found,
  type Lookup,
  type LookupRequest,
} from '../../../lib/engine/lookup.js';
import { expandAnswer, expandRule } from '../../../lib/rewrite/expand-rule.js';
import { expandKey, readAnswer } from '../../../lib/rewrite/general-question.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { compileRules } from '../../../lib/rewrite/rule-index.js';
import type { RuleResult } from '../../../lib/rewrite/rule-result.js';
import { parseRules } from '../../support/language.js';
import { envelopeTo, hostTable, linesOf } from './fixture.js';

const keyPieces = ['$U', '$0U', '$1U', '$D', '$1D', '$H', '$L', '$$', '$&0', '$!1', '$*0', 'a', '.', '+'];
const keys = fc.array(fc.constantFrom(...keyPieces), { maxLength: 4 }).map((parts) => parts.join(''));
const answerPieces = [
  'a',
  'b.c',
  '%',
  '@',
  '%',
  '@',
  '@',
  ' ',
  '$U',
  '$D',
  '$E',
  '$R',
  '$(a)',
  '$',
  '$Tt|',
  '$Z',
];
const answers = fc.oneof(
  fc.array(fc.constantFrom(...answerPieces), { maxLength: 7 }).map((parts) => found(parts.join(''))),
  fc.constantFrom(
    found('user@host@system'),
    found('user%host'),
    found('x'.repeat(9000)),
    absent,
    failed('down'),
  ),
);
const texts = fc.constantFrom(
  '',
  'user',
  'user+detail',
  'a%b',
  'a|b',
  'b.c',
  '.c',
  '[1.2.3.4]',
  'x'.repeat(5000),
);
const addresses = fc.record({
  user: texts,
  wholeHost: texts,
  host: texts,
  domain: texts,
  literal: texts,
  from: fc.constantFrom('route' as const, 'at' as const),
});

/** What a run did: its result, its questions and the steps that it took. */
interface Seen {
  readonly result: RuleResult;
  readonly requests: readonly LookupRequest[];
  readonly spent: number;
}

/** Counts what is spent. */
class CountedBudget extends StepBudget {
  spent = 0;

  override spend(steps: number, what: string): void {
    this.spent += steps;
    super.spend(steps, what);
  }
}

describe('a template that is one question to the general database', () => {
  it('gives what the same rule gives item by item, with the same questions and steps', () => {
    const seen = new Map<string, number>();
    const count = (kind: string) => seen.set(kind, (seen.get(kind) ?? 0) + 1);
    fc.assert(
      fc.property(keys, answers, addresses, (key, answer, parts) => {
        const [rule] = rulesOf(parseRules(linesOf(`. $(${key})$E`)).value);
        if (rule === undefined) return;
        const [compiled] = [...compileRules([rule]).byPattern.values()].flat();
        if (compiled === undefined || compiled.template.kind === 'plain') return;
        const { template } = compiled;
        const { question } = template;
        if (question === null) return;
        const run = (isQuick: boolean): Seen => {
          const budget = new CountedBudget(1000);
          const world = {
            hosts: hostTable(),
            localHost: 'localhost',
            localDomains: new Set<string>(),
            applyMapping: () => {
              throw new Error('no table is called');
            },
            environment: { random: () => 0, uniqueString: () => 'unique', budget },
            ceiling: 32,
            domainDatabase: false,
          };
          const quickly = function* (): Lookup<RuleResult> {
            const key = expandKey(question, parts, budget);
            if (typeof key !== 'string') return key;
            const read = readAnswer(
              template,
              key,
              yield* ask({ kind: 'database', database: 'general', key }, world.environment),
              budget,
            );
            if (typeof read !== 'string') return read;
            const about = { address: parts, key, answer: read };
            return yield* expandAnswer(template, about, envelopeTo, world);
          };
          const requests: LookupRequest[] = [];
          const lookup = isQuick ? quickly() : expandRule(template, parts, envelopeTo, world);
          const result = driveNow(lookup, (request) => {
            requests.push(request);
            return requests.length === 1 ? answer : absent;
          });
          return { result, requests, spent: budget.spent };
        };
        const plain = run(false);
        count(plain.result.kind);
        assert.deepEqual(run(true), plain);
      }),
      { numRuns: 5000 },
    );
    for (const kind of ['again', 'route', 'skipped', 'undecided'] as const) {
      assert.ok((seen.get(kind) ?? 0) > 5, `${kind}: ${seen.get(kind) ?? 0} times`);
    }
  });
});
