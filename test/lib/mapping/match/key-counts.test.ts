import assert from 'node:assert/strict';
import { KeyCounts } from '../../../../lib/mapping/match/key-counts.js';
import { atOnce } from '../../../../lib/text/slices.js';

describe('KeyCounts', () => {
  for (const keys of [0, 1, 16, 17, 16_384, 16_385, 100_000, 10_000_000]) {
    it(`counts each key with room for ${keys}`, () => {
      const counts = atOnce(KeyCounts.makeInSlices(keys));
      // Far enough apart for each to have a count of its own, at both ends of the pages as well.
      const hashes = Array.from({ length: 16 }, (_, index) => [
        index * 2 ** 28,
        index * 2 ** 28 + 2 ** 28 - 1,
      ]).flat();
      for (const [index, hash] of hashes.entries()) {
        for (let times = 0; times <= index >> 1; times += 1) counts.add(hash);
      }
      const isShared = keys <= 16;
      for (const [index, hash] of hashes.entries()) {
        assert.equal(counts.of(hash), ((index >> 1) + 1) * (isShared ? 2 : 1), String(index));
      }
    });
  }

  it('makes room page by page', () => {
    const work = KeyCounts.makeInSlices(1_000_000);
    let slices = 0;
    while (work.next().done !== true) slices += 1;
    assert.equal(slices, 2 ** 20 / 16_384);
  });
});
