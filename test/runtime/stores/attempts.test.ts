/*
 * Time limits that share a timer.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Attempts } from '../../../runtime/stores/attempts.js';
import { ManualClock } from '../../support/manual-clock.js';

const late = (ms: number) => `late after ${ms}`;
const never = new Promise<string>(() => undefined);

describe('the time limits of a pool', () => {
  it('end what takes longer, each at its time, with one timer', async () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    const long = attempts.begin(30, late);
    const short = attempts.begin(10, late);
    const middle = attempts.begin(20, late);
    assert.equal(clock.waiting, 1);
    const ends = [short, middle, long].map((attempt) => attempt.race(never));
    for (const [index, end] of ends.entries()) {
      clock.advance(10);
      await assert.rejects(end, new Error(`late after ${(index + 1) * 10}`));
    }
    assert.deepEqual([short.isAborted, middle.isAborted, long.isAborted], [true, true, true]);
    assert.equal(clock.waiting, 0);
  });

  it('do nothing to what has ended, and let the timer run out', async () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    const first = attempts.begin(10, late);
    assert.equal(await first.race(Promise.resolve('done')), 'done');
    attempts.end(first);
    clock.advance(5);
    const second = attempts.begin(10, late);
    assert.equal(clock.waiting, 1);
    clock.advance(5);
    assert.deepEqual([first.isAborted, second.isAborted], [false, false]);
    clock.advance(5);
    assert.equal(second.isAborted, true);
  });

  it('hold for those that are left, in whatever order others end, also twice', () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    const all = Array.from({ length: 6 }, () => attempts.begin(10, late));
    for (const at of [1, 5, 1, 0, 0]) {
      const ended = all[at];
      if (ended !== undefined) attempts.end(ended);
    }
    clock.advance(10);
    assert.deepEqual(
      all.map(({ isAborted }) => isAborted),
      [false, false, true, true, true, false],
    );
  });

  it('pass on what fails in time', async () => {
    const attempts = new Attempts(new ManualClock());
    await assert.rejects(attempts.begin(10, late).race(Promise.reject(new Error('no'))), new Error('no'));
  });

  it('can be ended all at once, also before anything waits', async () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    const waits = attempts.begin(10, late);
    const end = waits.race(never);
    const later = attempts.begin(10, late);
    attempts.abortAll('closed');
    await assert.rejects(end, new Error('closed'));
    await assert.rejects(later.race(never), new Error('closed'));
    assert.equal(clock.waiting, 0);
  });
});
