/*
 * An IPv6 glob matches an address with or without the tag of a literal before it, whichever way an entry writes it.
 */

import assert from 'node:assert/strict';
import { StepBudget } from '../../../lib/engine/environment.js';
import { compilePattern } from '../../../lib/mapping/match/compile-pattern.js';
import { EntryScan } from '../../../lib/mapping/match/entry-scan.js';
import { subjectOf } from '../../../lib/mapping/match/subject.js';
import { matchesText } from '../../../lib/proof/inclusion/example-text.js';
import { indexEntries } from '../../support/language.js';
import { patternOf } from './make.js';

const rows: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ['${2001:db8:7::/48}', '2001:db8:7::5', true],
  ['${2001:db8:7::/48}', 'IPv6:2001:db8:7::5', true],
  ['${2001:db8:7::/48}', 'ipv6:2001:DB8:7::5', true],
  ['${2001:db8:7::/48}', 'IPv6:2001:db8:8::5', false],
  ['${2001:db8:7::/48}', 'IPv6:', false],
  ['${2001:db8:7::/48}', 'IPv6:IPv6:2001:db8:7::5', false],
  ['${2001:db8:7::/48}', 'IPv5:2001:db8:7::5', false],
  ['IPv6:${2001:db8:7::/48}', 'IPv6:2001:db8:7::5', true],
  ['IPv6:${2001:db8:7::/48}', '2001:db8:7::5', false],
  ['TCP|*|${2001:db8:7::/48}|*', 'TCP|x|IPv6:2001:db8:7::5|25', true],
  ['*${2001:db8:7::/48}', '[IPv6:2001:db8:7::5', true],
  ['*@[${2001:db8:7::/48}]', 'u@[IPv6:2001:db8:7::5]', true],
];

describe('an IPv6 glob and the tag of a literal', () => {
  for (const [written, text, matches] of rows) {
    it(`${written} ${matches ? 'matches' : 'does not match'} ${text}`, () => {
      const compiled = compilePattern(patternOf(written));
      assert.equal(matchesText(compiled, text, new StepBudget(10_000)), matches);
      const found = new EntryScan(indexEntries([compiled]), subjectOf(text), 0).next();
      if (matches) assert.equal(found, 0);
    });
  }
});
