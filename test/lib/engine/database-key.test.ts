import assert from 'node:assert/strict';
import { foldKey } from '../../../lib/engine/index.js';

const rows: readonly (readonly [key: string, folded: string])[] = [
  ['', ''],
  ['Bob@Domain.COM', 'bob@domain.com'],
  ['JÖRG', 'jörg'],
  ['ΑΒΓ', 'αβγ'],
  // The small form of these letters is one of ASCII, which they must not become.
  ['\u212aarl@D', '\u212aarl@d'],
  ['\u0130d@D', '\u0130d@d'],
  // A letter of two code units, after one of those.
  ['\u212a\u{10400}', '\u212a\u{10428}'],
];

describe('foldKey', () => {
  for (const [key, folded] of rows) {
    it(`folds ${JSON.stringify(key)}`, () => {
      assert.equal(foldKey(key), folded);
      assert.equal(foldKey(folded), folded);
    });
  }
});
