import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { heldBar } from '../../../../lib/address/bar.js';
import { StepBudget } from '../../../../lib/engine/environment.js';
import { compilePattern } from '../../../../lib/mapping/match/compile-pattern.js';
import { matchPattern } from '../../../../lib/mapping/match/match-pattern.js';
import type { MappingPattern } from '../../../../lib/mapping/syntax.js';
import { isIncluded } from '../../../../lib/proof/inclusion/inclusion.js';
import { anyPattern, fewCharacters, plainPattern } from '../../mapping/arbitrary.js';
import { patternOf } from '../../mapping/make.js';

function matches(pattern: MappingPattern, text: string): boolean {
  return matchPattern(compilePattern(pattern), text, new StepBudget(10_000_000)) !== null;
}

function ask(pattern: MappingPattern, others: readonly MappingPattern[]) {
  return isIncluded(pattern, others, { left: 300_000 });
}

/** Whether the others cover it completely; else a text that shows they do not. */
function answer(pattern: string, ...others: readonly string[]): true | string {
  const found = ask(patternOf(pattern), others.map(patternOf));
  assert.notEqual(found.kind, 'undecided');
  return found.kind === 'not-included' ? found.text : true;
}

type Row = readonly [pattern: string, others: readonly string[], left: true | string];

const rows: readonly Row[] = [
  ['abc', ['ABC'], true],
  ['abc', ['abd'], 'abc'],
  ['a*', ['*'], true],
  ['*', ['a*', ''], 'x'],
  ['%', ['$A%', '$D%'], '.'],
  ['$A%', ['$[a-m]%', '$[N-Z]%'], true],
  ['$A%', ['$[a-m]%', '$[O-Z]%'], 'n'],
  ['$D*', ['$H*'], true],
  ['$H*', ['$D*'], 'a'],
  ['a*b', ['*b'], true],
  ['*a*', ['*b*', 'a*'], 'xa'],
  ['*x*', ['x*', '%*'], true],
  ['%*', ['*%'], true],
  ['*%*%*', ['%%*'], true],
  ['tcp_local|*|l|*', ['tcp_local|*|*|*'], true],
  ['tcp_local|*|*|*', ['tcp_local|*|l|*'], 'tcp_local|||'],
  ['*|*|*|*@*.domain.com', ['*|*|*|*@*'], true],
  ['$$a', ['$S*'], true],
  ['a$ b', ['a$T%b'], true],
  ['é', ['É'], true],
  ['é', ['$A%', 'e'], 'é'],
  ['$[é]%', ['É'], true],
  ['😀', ['%'], true],
  ['😀', ['%%'], '😀'],
  ['$[ -\u{10ffff}]%', ['$[ -~]%', 'é', '\u007f'], '\u{1f600}'],
];

const addresses: readonly Row[] = [
  ['$(10.0.0.0/24)', ['$(10.0.0.0/8)'], true],
  ['$(10.0.0.0/8)', ['$(10.0.0.0/9)', '$(10.128.0.0/9)'], true],
  ['$(10.0.0.0/8)', ['$(10.0.0.0/9)', '$(10.129.0.0/16)'], '10.128.0.0'],
  ['$(10.1.2.0/24)', ['$<10.1.2.0/8>'], true],
  ['$(10.1.2.0/24)', ['10.1.2.*'], true],
  ['$(10.1.2.0/24)', ['10.1.2.%', '10.1.2.%%'], '10.1.2.100'],
  ['10.1.2.3', ['$(10.0.0.0/8)'], true],
  ['10.1.2.03', ['$(10.0.0.0/8)'], '10.1.2.03'],
  ['$(10.1.2.3)', ['$D*.$D*.$D*.$D*'], true],
  ['TCP|*|25|$(10.1.0.0/16)|*', ['TCP|*|25|$(10.0.0.0/8)|*'], true],
  ['TCP|*|25|10.1.1.1|*', ['TCP|*|$(10.0.0.0/8)|*'], true],
  ['*110.1.1.1', ['*$(10.0.0.0/8)'], '110.1.1.1'],
  ['$(0.0.0.0/0)%', ['$(0.0.0.0/0)x', '$(0.0.0.0/0).'], '0.0.0.0a'],
  ['$(0.0.0.0/0)$D%', [], true],
  ['${2001:db8:1::/48}', ['${2001:db8::/32}'], true],
  ['a|${2001:db8:1::/48}|b', ['*|${2001:db8::/32}|*'], true],
  ['${2001:db8::/32}', ['$[0-9a-f:.]*'], true],
  ['${2001:db8::/32}', ['${2001:db8:1::/48}'], '2001:db8:0:0:0:0:0:0'],
  ['${2001:db8::/32}', ['$D*', 'x*'], '2001:db8:0:0:0:0:0:0'],
];

describe('inclusion of patterns', () => {
  for (const [pattern, others, left] of [...rows, ...addresses]) {
    it(`\`${pattern}\` in ${others.map((one) => `\`${one}\``).join(', ')}: ${left}`, () => {
      assert.equal(answer(pattern, ...others), left);
      for (const text of left === true ? [] : [left]) {
        assert.ok(matches(patternOf(pattern), text));
        for (const other of others) assert.ok(!matches(patternOf(other), text), other);
      }
    });
  }

  it('knows the held bar, which no literal bar matches', () => {
    assert.notEqual(answer('a%b', 'a|b'), true);
    const wide = patternOf('a%b');
    const others = [patternOf('a$[\u0001-\u{10ffff}]%b')];
    assert.equal(ask(wide, others).kind, 'not-included');
    assert.ok(matches(wide, `a${heldBar}b`));
    // Everything but the held bar and the null character.
    const near = [patternOf('a$[\u0000-\ud7ff]%b'), patternOf('a$[\ue000-\u{10ffff}]%b')];
    const found = ask(wide, near);
    assert.equal(found.kind, 'not-included');
  });

  it('gives no answer if it cannot decide', () => {
    assert.equal(answer('*.$0*', '*.*'), true);
    assert.equal(answer('a.a', '*.$0*'), 'a.a');
    assert.equal(isIncluded(patternOf('*a*b*c*'), [patternOf('*c*b*a')], { left: 3 }).kind, 'undecided');
  });

  const textsOfOne = fc.array(fc.string({ unit: fewCharacters, maxLength: 7 }), {
    minLength: 30,
    maxLength: 30,
  });

  it('agrees with the matcher', () => {
    fc.assert(
      fc.property(
        plainPattern,
        fc.array(plainPattern, { maxLength: 3 }),
        textsOfOne,
        (pattern, others, texts) => {
          const found = ask(pattern, others);
          if (found.kind === 'undecided') return;
          if (found.kind === 'not-included') {
            assert.ok(matches(pattern, found.text), JSON.stringify(found.text));
            assert.ok(!others.some((other) => matches(other, found.text)), JSON.stringify(found.text));
            return;
          }
          for (const text of texts.filter((one) => matches(pattern, one))) {
            assert.ok(
              others.some((other) => matches(other, text)),
              JSON.stringify(text),
            );
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  /** Every text of up to five of these characters. */
  const everyShortText = ((): string[] => {
    const texts = [''];
    for (let at = 0; texts[at] !== undefined && (texts[at]?.length ?? 5) < 5; at += 1) {
      for (const character of ['a', 'b', '1', '|']) texts.push(`${texts[at]}${character}`);
    }
    return texts;
  })();

  const smallElement = fc.constantFrom('a', 'b', '1', '%', '*', '$A*', '$D%', '$[ab]*', '$_*');
  const smallPattern = fc.array(smallElement, { maxLength: 4 }).map((parts) => patternOf(parts.join('')));

  it('finds every inclusion among small patterns', () => {
    fc.assert(
      fc.property(smallPattern, fc.array(smallPattern, { maxLength: 3 }), (pattern, others) => {
        const left = everyShortText.find(
          (text) => matches(pattern, text) && !others.some((other) => matches(other, text)),
        );
        const found = ask(pattern, others);
        if (left !== undefined) assert.equal(found.kind, 'not-included');
        // No short text is left, so any remaining one is long, or has other characters.
        else if (found.kind === 'not-included') assert.ok(!everyShortText.includes(found.text));
      }),
      { numRuns: 1500 },
    );
  });

  const nearAddress = fc.constantFrom(
    ...[
      '$(1.2.0.0/16)',
      '$(1.2.3.4)',
      '$(1.2.3.0/30)',
      '$(0.0.0.0/0)',
      '$<1.2.3.4/2>',
      '.',
      '1',
      '12',
      'x',
      '*',
      '%',
    ],
    ...['$D*', '$D%', '1.2.3.4', '${1::/16}', '${1:2::/32}', '1:2::', ':', 'a', '$X*'],
  );
  const addressPattern = fc
    .array(nearAddress, { minLength: 1, maxLength: 4 })
    .map((parts) => patternOf(parts.join('')));
  const addressText = fc
    .array(
      fc.constantFrom(
        '1.2.3.4',
        '1.2.3.5',
        '1.2.9.9',
        '9.9.9.9',
        '.',
        '1',
        '2',
        'x',
        ':',
        '1:2::',
        '1::1',
        'a',
      ),
      {
        maxLength: 5,
      },
    )
    .map((parts) => parts.join(''));

  it('agrees with the matcher about addresses and the text beside them', () => {
    let decided = 0;
    fc.assert(
      fc.property(
        addressPattern,
        fc.array(addressPattern, { minLength: 1, maxLength: 3 }),
        fc.array(addressText, { minLength: 60, maxLength: 60 }),
        (pattern, others, texts) => {
          const found = ask(pattern, others);
          const hasIpv6 = [pattern, ...others]
            .flat()
            .some((one) => one.kind === 'address' && one.form === 'ipv6');
          if (found.kind === 'not-included' && !hasIpv6) {
            decided += 1;
            assert.ok(matches(pattern, found.text), JSON.stringify(found.text));
            assert.ok(!others.some((other) => matches(other, found.text)), JSON.stringify(found.text));
          }
          if (found.kind !== 'included') return;
          decided += 1;
          for (const text of texts.filter((one) => matches(pattern, one))) {
            assert.ok(
              others.some((other) => matches(other, text)),
              JSON.stringify(text),
            );
          }
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(decided > 500);
  });

  it('bounds its work', () => {
    fc.assert(
      fc.property(anyPattern, fc.array(anyPattern, { maxLength: 4 }), (pattern, others) => {
        const limit = { left: 5_000 };
        isIncluded(pattern, others, limit);
        assert.ok(limit.left > -200_000);
      }),
      { numRuns: 500 },
    );
  });
});
