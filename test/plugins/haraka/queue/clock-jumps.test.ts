/*
 * The times of waiting files when the clock is set.
 */
import assert from 'node:assert/strict';
import { clockFollower } from '../../../../plugins/haraka/queue/clock-jumps.js';

const day = 86_400_000;

describe('the times until which files wait', () => {
  for (const [what, jumps, moved] of [
    ['stay while the clock goes on', [0, 0, 0], 0],
    ['go back with the clock by a day', [-day], -day],
    ['go back once, however often they are looked at', [-day, 0, 0], -day],
    ['go back twice', [-day, -60_000], -day - 60_000],
    ['stay when the clock goes forward by a day', [day], 0],
    ['go back when it returns', [day, -day], -day],
    ['stay when the clock is corrected by seconds', [-3_000, 3_000], 0],
    ['go back by what many small corrections make', [-6_000, -6_000], -12_000],
  ] as const) {
    it(what, () => {
      let elapsed = 5_000;
      let wall = 1_700_000_000_000;
      const waiting = [{ fire_time: wall + 60_000 }, { fire_time: wall + 3_600_000 }];
      const before = waiting.map(({ fire_time: time }) => time);
      const follow = clockFollower(() => waiting, { now: () => wall, elapsed: () => elapsed });
      for (const jump of jumps) {
        elapsed += 2_000;
        wall += 2_000 + jump;
        follow();
      }
      assert.deepEqual(
        waiting.map(({ fire_time: time }, at) => time - (before[at] ?? 0)),
        [moved, moved],
      );
    });
  }
});
