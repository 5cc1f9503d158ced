/*
 * The clock of the machine is set back or forward: spans of counters keep their length.
 */
import assert from 'node:assert/strict';
import { Counters } from '../../../runtime/counters/counters.js';
import { systemClock } from '../../../runtime/time/clock.js';

describe('counters of one process', () => {
  const real = Date.now;
  afterEach(() => {
    Date.now = real;
  });

  for (const hours of [-24, 24]) {
    it(`count on when the clock of the machine is set ${hours < 0 ? 'back' : 'forward'} by a day`, () => {
      const counters = new Counters(systemClock);
      const step = { action: 'throttle', key: 'a', perMinute: 2, penalizes: true } as const;
      const kinds = [0, 0, hours, hours, 0].map((by) => {
        Date.now = () => real() + by * 3_600_000;
        return counters.take(step, null).kind;
      });
      assert.deepEqual(kinds, ['absent', 'absent', 'found', 'found', 'found']);
    });
  }
});
