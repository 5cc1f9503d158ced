/*
 * Attempts: the limit is exact, a span begins with the first attempt, and memory is bounded.
 */
import assert from 'node:assert/strict';
import { type AttemptRule, AttemptTable } from '../../../runtime/counters/attempt-table.js';

const minute = 60_000;

/** The attempts, in seconds, and which of them are too many. */
interface Row {
  readonly what: string;
  readonly rule: Partial<AttemptRule>;
  readonly attempts: readonly (readonly [second: number, times: number, refused: number])[];
}

const rows: readonly Row[] = [
  { what: 'ten in a minute', rule: { most: 10 }, attempts: [[0, 10, 0]] },
  {
    what: 'an eleventh',
    rule: { most: 10 },
    attempts: [
      [0, 10, 0],
      [59, 1, 1],
    ],
  },
  {
    what: 'an eleventh in the next minute',
    rule: { most: 10 },
    attempts: [
      [0, 10, 0],
      [60, 1, 0],
    ],
  },
  {
    what: 'a minute that begins with the first attempt',
    rule: { most: 1 },
    attempts: [
      [30, 1, 0],
      [89, 1, 1],
      [90, 1, 0],
    ],
  },
  {
    what: '250 at a rate of 100, and one later',
    rule: { most: 100 },
    attempts: [
      [0, 250, 150],
      [61, 1, 0],
    ],
  },
  {
    what: 'with penalty',
    rule: { most: 100, penalizes: true },
    attempts: [
      [0, 250, 150],
      [61, 1, 1],
      [121, 1, 0],
    ],
  },
  {
    what: 'with penalty, after a quiet minute',
    rule: { most: 100, penalizes: true },
    attempts: [
      [0, 250, 150],
      [121, 1, 0],
    ],
  },
  {
    what: 'with penalty, after a day',
    rule: { most: 1, penalizes: true },
    attempts: [
      [0, 100, 99],
      [86_400, 1, 0],
    ],
  },
];

describe('attempts', () => {
  for (const { what, rule, attempts } of rows) {
    it(`counts ${what}`, () => {
      const table = new AttemptTable(10);
      for (const [second, times, refused] of attempts) {
        const full = { most: 1, spanMs: minute, penalizes: false, ...rule };
        const results = Array.from({ length: times }, () => table.isExceeded('a', full, second * 1_000));
        assert.equal(results.filter((one) => one).length, refused, `at ${second} s`);
      }
    });
  }

  it('counts keys apart', () => {
    const table = new AttemptTable(10);
    const rule = { most: 1, spanMs: minute, penalizes: false };
    assert.deepEqual(
      ['a', 'b', 'a'].map((key) => table.isExceeded(key, rule, 0)),
      [false, false, true],
    );
  });

  it('forgets what was seen longest ago when there are too many keys', () => {
    const table = new AttemptTable(100);
    const rule = { most: 1, spanMs: minute, penalizes: false };
    for (let key = 0; key < 100_000; key += 1) {
      table.isExceeded(`key ${key}`, rule, 0);
      // This one is seen again and again.
      if (key % 50 === 0) table.isExceeded('attacker', rule, 0);
    }
    assert.equal(table.size, 100);
    assert.equal(table.isExceeded('attacker', rule, 0), true);
  });
});
