import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TopCounts } from '../../../plugins/watch/top-counts.js';

describe('the most frequent texts', () => {
  it('are counted exactly while all of them are remembered', () => {
    const counts = new TopCounts(3);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) counts.add(text);
    assert.deepEqual(counts.top(2), [
      ['a', 3],
      ['b', 2],
    ]);
  });

  it('are never more than are remembered, whatever comes', () => {
    const counts = new TopCounts(10);
    for (let number = 0; number < 100_000; number += 1) counts.add(`text ${number}`);
    assert.equal(counts.top(1_000).length, 10);
  });

  it('include each that comes more often than one time in as many as are remembered', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }), (numbers) => {
        const counts = new TopCounts(5);
        const exact = new Map<string, number>();
        for (const text of numbers.map(String)) {
          counts.add(text);
          exact.set(text, 1 + (exact.get(text) ?? 0));
        }
        const found = new Map(counts.top(5));
        for (const [text, count] of exact) {
          if (count > numbers.length / 5) assert.ok((found.get(text) ?? 0) >= count, text);
        }
      }),
    );
  });
});
