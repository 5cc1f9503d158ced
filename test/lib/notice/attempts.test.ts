/*
 * The record of attempts: what is kept, how much, and what a notice says of it.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attemptLines } from '../../../lib/notice/attempts.js';
import {
  type Attempt,
  attemptAt as attemptOn,
  readAttempts,
  withAttempt,
} from '../../../lib/notice/index.js';

const busy = (address: string, remoteServer: string | null = 'mx.other.com', reason = '451 4.3.2 busy') => ({
  address,
  remoteServer,
  reason,
});
const label = 'History:';

const attemptAt = (timeMs: number, tried: Parameters<typeof attemptOn>[1]): Attempt =>
  attemptOn(new Date(timeMs), tried);
const second = (time: number): string => `Thu, 01 Jan 1970 00:00:${String(time).padStart(2, '0')} +0000`;

describe('the record of an attempt', () => {
  for (const [what, tried, outcomes] of [
    ['one answer for all names nobody', [busy('a'), busy('b')], [['mx.other.com', '451 4.3.2 busy', null]]],
    [
      'different answers name whom they are about',
      [busy('a'), busy('b', 'mx.other.com', '450 full'), busy('c')],
      [
        ['mx.other.com', '451 4.3.2 busy', ['a', 'c']],
        ['mx.other.com', '450 full', ['b']],
      ],
    ],
    ['no server', [busy('a', null, 'DNS\r\nfailure')], [[null, 'DNS failure', null]]],
    ['no recipient', [], []],
  ] as const) {
    it(what, () => assert.deepEqual(attemptAt(7_000, tried), [second(7), outcomes]));
  }

  it('has at most five answers of 300 characters, and 20 addresses for one', () => {
    const said = (digit: number, at: number) => busy(`${digit}-${at}`, null, `${digit}`.repeat(1_000));
    const many = Array.from({ length: 21 }, (_, at) => said(0, at));
    const others = [1, 2, 3, 4, 5, 6].flatMap((digit) => [said(digit, 0), said(digit, 1)]);
    assert.deepEqual(
      attemptAt(7, [...many, ...others])[1].map(([, text, addresses]) => [text.length, addresses]),
      [[300, null], ...[1, 2, 3, 4].map((digit) => [300, [`${digit}-0`, `${digit}-1`]])],
    );
  });
});

describe('the record of attempts', () => {
  it('keeps the latest', () => {
    let attempts: Attempt[] = [];
    for (let time = 0; time < 30; time += 1)
      attempts = withAttempt(attempts, attemptAt(time * 1_000, [busy('a')]), 3);
    assert.deepEqual(
      attempts.map(([time]) => time),
      [27, 28, 29].map(second),
    );
    assert.equal(withAttempt(attempts, attemptAt(30, []), 1).length, 1);
  });

  it('has at most 64 KB, and the latest attempt in any case', () => {
    const tried = Array.from({ length: 80 }, (_, at) =>
      busy(`${at}${'x'.repeat(250)}`, null, `${at % 5}`.repeat(300)),
    );
    let attempts: Attempt[] = [];
    for (let time = 0; time < 200; time += 1)
      attempts = withAttempt(attempts, attemptAt(time * 100, tried), 200);
    const { length } = JSON.stringify(attempts);
    assert.ok(length > 20_000 && length <= 65 * 1024, `${length}`);
    assert.equal(attempts.at(-1)?.[0], second(19));
  });

  it('is read again as it was written', () => {
    const attempts = [attemptAt(5, [busy('a'), busy('b', null, 'x')]), attemptAt(6, [busy('a')])];
    assert.deepEqual(readAttempts(JSON.parse(JSON.stringify(attempts))), attempts);
  });

  for (const [value, read] of [
    [undefined, []],
    ['x', []],
    [[1, null, {}, ['x'], [1], ['x', 2], [1, []]], []],
    [
      [['t', [null, [2, 'x'], ['s', 3], ['s', 'x', 4], ['s', 'x', [5, 'a']]]]],
      [
        [
          't',
          [
            ['s', 'x', null],
            ['s', 'x', ['a']],
          ],
        ],
      ],
    ],
  ] as const) {
    it(`reads what is as it must be: ${JSON.stringify(value)}`, () =>
      assert.deepEqual(readAttempts(value), read));
  }

  it('is told of the recipients of the notice, the latest attempts only', () => {
    const attempts = [
      attemptAt(0, [busy('a')]),
      attemptAt(1_000, [busy('a'), busy('b', null, 'the DNS did not answer')]),
      attemptAt(2_000, [busy('a', '192.0.2.1', '450 later')]),
    ];
    assert.deepEqual(attemptLines(attempts, ['a'], { label, most: 2 }), [
      '',
      '  History:',
      '',
      '  Thu, 01 Jan 1970 00:00:01 +0000 mx.other.com',
      '    451 4.3.2 busy',
      '',
      '  Thu, 01 Jan 1970 00:00:02 +0000 192.0.2.1',
      '    450 later',
    ]);
    assert.deepEqual(attemptLines(attempts, ['b'], { label, most: 2 }).slice(2, 5), [
      '',
      '  Thu, 01 Jan 1970 00:00:01 +0000',
      '    the DNS did not answer',
    ]);
    assert.deepEqual(attemptLines(attempts, ['a'], { label: '', most: 2 }), []);
    assert.deepEqual(attemptLines([], ['a'], { label, most: 2 }), []);
  });

  it('adds no line of its own, whatever a server says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (server, reason) => {
        const attempts = readAttempts([[server, [[server, reason, null]]]]);
        for (const line of attemptLines(attempts, ['a'], { label, most: 1 }))
          assert.doesNotMatch(line, /[\r\n\u0000]/);
      }),
    );
  });
});
