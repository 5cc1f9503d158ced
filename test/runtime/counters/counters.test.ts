/*
 * Steps of counters: MeterMaid's tables and values, greylisting, networks of IPv6.
 */
import assert from 'node:assert/strict';
import type { CounterTable } from '../../../lib/config/settings/metermaid.js';
import { absent, type CounterStep, found } from '../../../lib/engine/lookup.js';
import { counterKey } from '../../../runtime/counters/counter-limits.js';
import { Counters } from '../../../runtime/counters/counters.js';
import { ManualClock } from '../../support/manual-clock.js';
import { valueSteps } from './value-steps.js';

const throttling: CounterTable = {
  type: 'throttle',
  quota: 10,
  quotaTime: 300,
  penalize: false,
  maxEntries: 1_000,
  blockTime: 5,
  resubmitTime: 30,
  inactivityTime: 60,
};
const greylisting: CounterTable = { ...throttling, type: 'greylisting' };

/** A counter and what moves its time. */
function counting(): {
  readonly clock: ManualClock;
  readonly take: (step: CounterStep, table?: CounterTable) => string;
} {
  const clock = new ManualClock();
  const counters = new Counters(clock);
  const take = (step: CounterStep, table?: CounterTable): string => {
    const answer = counters.take(step, table ?? null);
    return answer.kind === 'found' ? answer.value : answer.kind;
  };
  return { clock, take };
}

describe('counters', () => {
  it('say at the eleventh attempt that a quota of ten is exceeded, until its time is over', () => {
    const { clock, take } = counting();
    const attempt = { action: 'attempt', table: 'SendLim', key: 'a' } as const;
    const results = Array.from({ length: 11 }, () => take(attempt, throttling));
    assert.deepEqual(results, [...Array.from({ length: 10 }, () => 'absent'), '']);
    clock.advance(299_999);
    assert.equal(take({ ...attempt, table: 'sendlim' }, throttling), '');
    clock.advance(1);
    assert.equal(take(attempt, throttling), 'absent');
  });

  /** The seconds of attempts, and whether each has to come again. */
  const grey: readonly (readonly [string, readonly (readonly [number, boolean])[]])[] = [
    [
      'an early one, and one in time',
      [
        [0, true],
        [2, true],
        [10, false],
      ],
    ],
    [
      'one that comes too late',
      [
        [0, true],
        [31, true],
        [37, false],
      ],
    ],
    [
      'one that is known',
      [
        [0, true],
        [6, false],
        [60, false],
        [119, false],
      ],
    ],
    [
      'one that stayed away',
      [
        [0, true],
        [6, false],
        [67, true],
      ],
    ],
  ];
  for (const [what, attempts] of grey) {
    it(`defer ${what}`, () => {
      const { clock, take } = counting();
      let now = 0;
      for (const [second, isDeferred] of attempts) {
        clock.advance((second - now) * 1_000);
        now = second;
        const given = take({ action: 'attempt', table: 'grey', key: 'a' }, greylisting);
        assert.equal(given, isDeferred ? '' : 'absent', `at ${second} s`);
      }
    });
  }

  for (const [steps, last] of valueSteps) {
    it(`give \`${last}\` after ${steps.map(({ action }) => action).join(', ')}`, () => {
      const counters = new Counters(new ManualClock());
      const given = steps.map((step) => counters.take(step, null)).at(-1);
      assert.equal(given?.kind === 'found' ? `found ${given.value}` : given?.kind, last);
    });
  }

  it('keep a bounded number of values', () => {
    const counters = new Counters(new ManualClock());
    for (let key = 0; key < 100_001; key += 1) {
      counters.take({ action: 'store', table: 't', key: String(key), value: 'x' }, null);
    }
    assert.deepEqual(counters.take({ action: 'fetch', table: 't', key: '0' }, null), absent);
    assert.deepEqual(counters.take({ action: 'fetch', table: 't', key: '1' }, null), found('x'));
  });

  for (const around of ['*/b@c.example', 'b@c.example|*|x', '*_b', '*-b', 'k*', '<*>', '[IPv6:*]', 'key *']) {
    it(`count an IPv6 address in \`${around}\` as its network`, () => {
      const key = (address: string): string => counterKey(around.replace('*', address));
      assert.equal(key('2001:db8::1'), key('2001:DB8::ffff'));
      assert.notEqual(key('2001:db8::1'), key('2001:db8:0:1::1'));
      assert.equal(key('::ffff:192.0.2.1'), key('192.0.2.1'));
      assert.notEqual(key('192.0.2.1'), key('192.0.2.2'));
    });
  }

  it('count an IPv6 address as its network, and fold case', () => {
    assert.equal(counterKey('2001:DB8::1'), counterKey('2001:db8::ffff'));
    assert.notEqual(counterKey('2001:db8::1'), counterKey('2001:db8:0:1::1'));
    assert.equal(counterKey('192.0.2.7'), '192.0.2.7');
    assert.equal(counterKey('Bob@Domain.com'), 'bob@domain.com');
  });
});
