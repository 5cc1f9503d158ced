import assert from 'node:assert/strict';
import { Counts, mostNames } from '../../../bin/replay/counts.js';

describe('counts', () => {
  it('keep a limited number of names, and combine the rest', () => {
    const counts = new Counts();
    for (let index = 0; index < mostNames + 5; index += 1) counts.add(`n${index}`);
    counts.add('n3');
    counts.add('n3');
    const { most, others } = counts.most(2);
    assert.deepEqual(most, [
      { value: 'n3', count: 3 },
      { value: 'n0', count: 1 },
    ]);
    assert.equal(others, mostNames + 7 - 4);
  });
});
