/*
 * Random edits of random sites, compared with brute force. PMDF_DIFFERENCES is how many are compared.
 */
import assert from 'node:assert/strict';
import { siteOfParts } from '../judge/random-site/site-of-parts.js';
import { compareSites, type Finding } from './compare-sites.js';
import { randomEdit } from './random-edits.js';

/** Pairs from here on are small and differ. */
const first = 7;
const wanted = Number(process.env['PMDF_DIFFERENCES'] ?? '2');

describe('comparePolicies of random edits', () => {
  it(`agrees with brute force on ${wanted} pairs`, function () {
    this.timeout(120_000 * wanted);
    const findings: Finding[] = [];
    let compared = 0;
    let different = 0;
    for (let seed = first; compared < wanted; seed += 1) {
      const { before, now } = randomEdit(seed);
      let result: ReturnType<typeof compareSites>;
      try {
        result = compareSites(siteOfParts(before), siteOfParts(now));
      } catch (error) {
        // Not every random site is one that compiles.
        if (error instanceof assert.AssertionError) continue;
        throw error;
      }
      if (result.difference.edits.length === 0) continue;
      compared += 1;
      if (result.found.size > 0) different += 1;
      findings.push(...result.findings.filter(({ kind }) => kind !== 'missed-beside-open'));
    }
    assert.deepEqual(findings, []);
    assert.ok(different > 0);
  });
});
