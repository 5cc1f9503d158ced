/*
 * Patterns and strings with domains in U-labels and in A-labels match each other, entry by entry.
 */
import assert from 'node:assert/strict';
import { otherSpellings } from '../../../lib/mapping/domain-spellings.js';
import { applyPairs, patternOf } from './make.js';

describe('a pattern with a domain', () => {
  const rows: readonly (readonly [pattern: string, probe: string, matches: boolean])[] = [
    ['*@bücher.example', 'x@xn--bcher-kva.example', true],
    ['*@BÜCHER.example', 'x@xn--bcher-kva.example', true],
    ['*@xn--bcher-kva.example', 'x@bücher.example', true],
    ['*@xn--bcher-kva.example', 'x@BÜCHER.example', true],
    ['*@*.bücher.example', 'x@a.xn--bcher-kva.example', true],
    ['*@*bücher.example', 'x@a.xn--bcher-kva.example', true],
    ['bücher.example', 'xn--bcher-kva.example', true],
    ['tcp_local|*@ü.example|l|*@ö.example', 'tcp_local|a@xn--tda.example|l|b@xn--nda.example', true],
    ['*$%bücher.example@*', 'v%xn--bcher-kva.example@a.example', true],
    ['jörg@bücher.example', 'jörg@xn--bcher-kva.example', true],
    // A local part has one spelling.
    ['bücher@a.example', 'xn--bcher-kva@a.example', false],
    ['x|bücher@*|y', 'x|xn--bcher-kva@a|y', false],
    ['*@b%cher.example', 'x@xn--bcher-kva.example', false],
    ['*@bü%.example', 'x@xn--b-0ga.example', false],
    ['*@bücher.example', 'x@xn--bcher-kvb.example', false],
  ];
  for (const [pattern, probe, matches] of rows) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${probe}`, () => {
      assert.equal(applyPairs({ T: [[pattern, 'yes$Y']] }, probe).matched, matches);
    });
  }

  it('keeps the order of the entries, and runs each once', () => {
    const entries: [string, string][] = [
      ['*@bücher.example', '$C$0@bücher.example$A'],
      ['*@xn--bcher-kva.example', '$Cfirst-$0@bücher.example$B'],
      ['*', 'last-$0$Y'],
    ];
    const result = applyPairs({ T: entries }, 'x@xn--bcher-kva.example');
    assert.equal(result.output, 'last-first-x@bücher.example');
    const many = Array.from({ length: 40 }, (_, at): [string, string] => [`*@d${at}.example`, 'no']);
    const found = applyPairs({ T: [...many, ...entries, ...many] }, 'x@xn--bcher-kva.example');
    assert.equal(found.output, 'last-first-x@bücher.example');
  });

  it('has no other spelling if no label has two', () => {
    for (const pattern of ['*@a.example', 'jörg@a.example', '*', 'xn--a@b']) {
      assert.deepEqual(otherSpellings(patternOf(pattern)), [], pattern);
    }
  });
});
