/*
 * Boxes of patterns with IPv6 networks: they have every text that the pattern matches, and not all other addresses.
 */
import assert from 'node:assert/strict';
import { StepBudget } from '../../../../lib/engine/environment.js';
import { compilePattern, matchPattern, parseEntry } from '../../../../lib/mapping/index.js';
import { Languages } from '../../../../lib/proof/language/language.js';
import { PatternBoxes } from '../../../../lib/proof/language/pattern-boxes.js';

const networks = ['2001:db8::/32', '2001:db8:0:1::/64', '2001:db8::/20', '::/0', '::1/128'];
const texts = [
  '2001:db8::7',
  '2001:0DB8:0:0::',
  '2001:db8:0:1:2:3:4:5',
  '2001:db8:0:1:2:3:4.5.6.7',
  'IPv6:2001:db8:0:1::',
  'ipv6:2001:0db8::1',
  '2001:db9::1',
  '::1',
  '::',
  '0:0::1',
];

function patternOf(text: string) {
  const source = { name: 'mappings', shortName: 'mappings', text };
  const span = { source, offset: 0, length: text.length };
  const side = (one: string) => ({ text: one, at: () => span });
  return parseEntry({ pattern: side(text), template: side('$Y') }, span).value.pattern;
}

describe('boxes of patterns', () => {
  for (const network of networks) {
    it(`have every address of ${network}`, () => {
      const languages = new Languages({ left: 1_000_000 });
      const pattern = patternOf(`\${${network}}`);
      const [[language] = []] = new PatternBoxes(languages).of(pattern, [null], 'all') ?? [];
      assert.ok(language != null);
      const compiled = compilePattern(pattern);
      const matched = texts.filter((text) => matchPattern(compiled, text, new StepBudget(1_000)) !== null);
      assert.notEqual(matched.length, 0);
      for (const text of matched) assert.ok(languages.has(language, text), text);
      assert.ok(!languages.has(language, '192.0.2.1'));
    });
  }

  it('have no address of another network where that is seen by its first groups', () => {
    const languages = new Languages({ left: 1_000_000 });
    const [[language] = []] =
      new PatternBoxes(languages).of(patternOf('${2001:db8::/32}'), [null], 'all') ?? [];
    assert.ok(language != null && !languages.has(language, '2001:db9::1'));
  });
});
