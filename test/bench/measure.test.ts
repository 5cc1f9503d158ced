/*
 * The parts of the benchmark that do not measure: samples, turns, missing peers, goals.
 */
import assert from 'node:assert/strict';
import { aheadOf, atLeastTimes, atMost, atMostTimes, resultOf } from './goal.js';
import { compare, exactly, inTurns, MissingPeer, percentile, rounds, sampleOf } from './measure.js';
import type { Row } from './row.js';

const install = 'the Debian package postfix-pcre';

describe('measuring', () => {
  it('takes the median, the smallest and the largest', () => {
    assert.deepEqual(sampleOf([3, 1, 2, 10, 2.5], 'us'), {
      median: 2.5,
      minimum: 1,
      maximum: 10,
      unit: 'us',
    });
    assert.equal(percentile([4, 3, 2, 1], 0.99), 4);
    assert.throws(() => sampleOf([], 'us'));
  });

  it('lets the contestants take turns', async () => {
    const order: string[] = [];
    const given = await inTurns([() => order.push('a'), () => Promise.resolve(order.push('b'))]);
    assert.equal(order.join(''), 'ab'.repeat(rounds));
    assert.deepEqual(given[0], { values: [1, 3, 5, 7, 9] });
  });

  it('names a missing peer and measures the others', async () => {
    let asked = 0;
    const row = await compare({
      what: 'a row',
      unit: 'us',
      ours: () => 2,
      peers: [
        {
          name: 'gone',
          run: () => {
            asked += 1;
            throw new MissingPeer(install);
          },
        },
        { name: 'there', run: () => 4 },
      ],
      goals: [atMostTimes(2, 'gone'), aheadOf('there')],
    });
    assert.equal(asked, 1);
    assert.deepEqual(row.peers, [
      { name: 'gone', figure: { missing: install } },
      { name: 'there', figure: exactly(4, 'us') },
    ]);
    assert.deepEqual(
      row.goals.map((goal) => resultOf(row, goal)),
      ['unknown', 'reached'],
    );
  });

  it('passes other errors on', async () => {
    await assert.rejects(
      inTurns([
        () => {
          throw new Error('broken');
        },
      ]),
      /^Error: broken$/,
    );
  });
});

describe('goals', () => {
  function rowOf(ours: number, peer: number, unit: string): Row {
    const peers = [{ name: 'peer', figure: exactly(peer, unit) }];
    return { what: 'a row', ours: exactly(ours, unit), peers, goals: [] };
  }

  it('compare our median with a limit', () => {
    assert.equal(resultOf(rowOf(10, 1, 'us'), atMost(10)), 'reached');
    assert.equal(resultOf(rowOf(11, 1, 'us'), atMost(10)), 'missed');
  });

  it('compare the ratio with a limit', () => {
    assert.equal(resultOf(rowOf(80, 100, 'msg/s'), atLeastTimes(0.8, 'peer')), 'reached');
    assert.equal(resultOf(rowOf(79, 100, 'msg/s'), atLeastTimes(0.8, 'peer')), 'missed');
  });

  it('take more of a rate and less of anything else as ahead', () => {
    assert.equal(resultOf(rowOf(2, 1, 'msg/s'), aheadOf('peer')), 'reached');
    assert.equal(resultOf(rowOf(1, 1, 'msg/s'), aheadOf('peer')), 'missed');
    assert.equal(resultOf(rowOf(1, 2, 'us'), aheadOf('peer')), 'reached');
    assert.equal(resultOf(rowOf(2, 1, 'us'), aheadOf('peer')), 'missed');
  });

  it('are unknown if ours is missing', () => {
    const row: Row = { what: 'a row', ours: { missing: install }, peers: [], goals: [] };
    assert.equal(resultOf(row, atMost(1)), 'unknown');
  });

  it('must name a peer of the row', () => {
    assert.throws(() => resultOf(rowOf(1, 1, 'us'), aheadOf('nobody')), /names an unknown peer: nobody/);
  });
});
