import assert from 'node:assert/strict';
import { type Actual, type Comparison, compare, formatDifference } from './compare.js';
import type { JsonObject } from './json.js';

interface Case {
  readonly expected: JsonObject;
  readonly actual: Actual;
  readonly comparisons?: { readonly [key: string]: Comparison };
  readonly differing: readonly string[];
}

const cases: readonly Case[] = [
  { expected: { host: 'a' }, actual: { host: 'a', more: 1 }, differing: [] },
  { expected: { host: 'a' }, actual: { host: 'A' }, differing: ['host'] },
  { expected: { host: 'a' }, actual: {}, differing: ['host'] },
  { expected: { host: null }, actual: {}, differing: ['host'] },
  { expected: { host: null }, actual: { host: null }, differing: [] },
  { expected: { host: '1' }, actual: { host: 1 }, differing: ['host'] },
  { expected: { toString: null }, actual: {}, differing: ['toString'] },
  { expected: { note: 'for people', host: 'a' }, actual: { host: 'a' }, differing: [] },
  { expected: { captures: ['a', 'b'] }, actual: { captures: ['b', 'a'] }, differing: ['captures'] },
  { expected: { captures: ['a'] }, actual: { captures: ['a', 'b'] }, differing: ['captures'] },
  { expected: { flags: ['N', 'Y'] }, actual: { flags: ['Y', 'N'] }, differing: [] },
  { expected: { flags: ['N'] }, actual: { flags: ['Y', 'N'] }, differing: ['flags'] },
  { expected: { flags: ['n'] }, actual: { flags: ['N'] }, differing: ['flags'] },
  { expected: { group: { a: 1, b: 2 } }, actual: { group: { b: 2, a: 1 } }, differing: [] },
  { expected: { group: { a: 1 } }, actual: { group: { b: 2, a: 1 } }, differing: ['group'] },
  {
    expected: { probes: ['A.b', '.'], host: 'A' },
    actual: { probes: ['a.b', '.'], host: 'a' },
    comparisons: { probes: 'case-blind' },
    differing: ['host'],
  },
];

describe('compare', () => {
  for (const { expected, actual, comparisons, differing } of cases) {
    it(`${JSON.stringify(expected)} against ${JSON.stringify(actual)}`, () => {
      const differences = compare(expected, actual, comparisons);
      assert.deepEqual(
        differences.map(({ key }) => key),
        differing,
      );
    });
  }

  it('shows the expected value above the actual one', () => {
    assert.equal(
      formatDifference({ key: 'host', expected: 'a', came: 'A' }),
      '  host: expected "a"\n            came "A"',
    );
    assert.match(formatDifference({ key: 'host', expected: 'a', came: undefined }), /no such answer$/);
  });
});
