import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { StepBudget } from '../../../../lib/engine/environment.js';
import { compilePattern } from '../../../../lib/mapping/match/compile-pattern.js';
import { matchPattern } from '../../../../lib/mapping/match/match-pattern.js';
import type { MappingPattern } from '../../../../lib/mapping/syntax.js';
import { commonText } from '../../../../lib/proof/inclusion/common-text.js';
import { plainPattern, shortProbe } from '../../mapping/arbitrary.js';
import { patternOf } from '../../mapping/make.js';

function matches(pattern: MappingPattern, text: string): boolean {
  return matchPattern(compilePattern(pattern), text, new StepBudget(1_000_000)) !== null;
}

type Row = readonly [one: string, other: string, bars: readonly number[] | null, expected: string | null];

const rows: readonly Row[] = [
  ['a*', '*b', null, 'ab'],
  ['a', 'b', null, null],
  ['a*', 'b*', null, null],
  ['$D*a', '1%', null, '1a'],
  ['*|l', '*|tcp', null, null],
  ['*|l|*', '*|tcp|*', null, '|l|tcp|'],
  ['*|l|*', '*|tcp|*', [2], null],
  ['*|l|*', '*|tcp|*', [2, 4], '||l|tcp|'],
  ['$(10.0.0.0/8)', '10.1.*', null, '10.1.0.0'],
  ['$(10.0.0.0/8)', '$(11.0.0.0/8)', null, null],
];

describe('a text common to two patterns', () => {
  for (const [one, other, bars, expected] of rows) {
    it(`\`${one}\` and \`${other}\`${bars === null ? '' : ` with ${bars.join(' or ')} bars`}`, () => {
      const counts = bars === null ? null : new Set(bars);
      const found = commonText(patternOf(one), patternOf(other), { left: 100_000 }, counts);
      assert.equal(found?.length, expected?.length);
      if (found === null || found === undefined) return;
      assert.ok(matches(patternOf(one), found) && matches(patternOf(other), found));
    });
  }

  it('exists whenever the matcher finds one', () => {
    fc.assert(
      fc.property(plainPattern, plainPattern, shortProbe, (one, other, text) => {
        const found = commonText(one, other, { left: 1_000_000 });
        if (found !== null) assert.ok(matches(one, found) && matches(other, found), found);
        else assert.ok(!(matches(one, text) && matches(other, text)), text);
      }),
      { numRuns: 1000 },
    );
  });
});
