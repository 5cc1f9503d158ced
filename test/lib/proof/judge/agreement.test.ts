/*
 * The proof of relaying against brute force on a few random sites, and against random envelopes on the samples. Many more:
 *   PMDF_JUDGE_ENVELOPES=100000   envelopes of each proved sample
 *   node dist/test/lib/proof/judge/run-random.js FIRST LAST, run-mutations.js NAME
 */
import assert from 'node:assert/strict';
import { compare } from './compare.js';
import { tryEnvelopes } from './random-envelopes.js';
import { randomParts } from './random-site/random-parts.js';
import { siteOfParts } from './random-site/site-of-parts.js';
import { readCases } from './read-cases.js';
import { compileSite } from './site.js';

const envelopes = Number(process.env['PMDF_JUDGE_ENVELOPES'] ?? 200);

describe('the proof of relaying', () => {
  for (const number of [3, 7, 12, 13, 14, 19]) {
    it(`agrees with brute force on site ${number}`, () => {
      const { found, findings } = compare(siteOfParts(randomParts(number)), { tokens: 1, signs: 1 });
      assert.ok(found.tried > 0 || found.channels.size === 0);
      const disagreements = findings.filter(({ kind }) => kind !== 'no-answer');
      assert.deepEqual(disagreements, []);
    });
  }

  for (const { name, site, file, answers } of readCases()) {
    if (file !== 'samples.txt') continue;
    it(`is proved for ${name}, and none of ${envelopes} random envelopes relays`, () => {
      assert.ok([...answers.values()].every((right) => right.includes('proved')));
      const { accepted, relays } = tryEnvelopes(compileSite(site), envelopes, 1);
      assert.ok(accepted >= envelopes / 200, `${accepted} accepted`);
      assert.deepEqual(relays, []);
    });
  }
});
