/*
 * Steps on the values of a table, which give the same in memory and in Redis.
 */
import type { CounterStep } from '../../../lib/engine/lookup.js';

/** The steps, and what the last one gives: `found` with its value, `absent`, or `failed`. */
export const valueSteps: readonly (readonly [readonly CounterStep[], string])[] = [
  [[{ action: 'fetch', table: 't', key: 'k' }], 'absent'],
  [
    [
      { action: 'store', table: 't', key: 'k', value: 'abc' },
      { action: 'fetch', table: 'T', key: 'K' },
    ],
    'found abc',
  ],
  [
    [
      { action: 'store', table: 't', key: 'k', value: 'abc' },
      { action: 'remove', table: 't', key: 'k' },
      { action: 'fetch', table: 't', key: 'k' },
    ],
    'absent',
  ],
  [[{ action: 'remove', table: 't', key: 'k' }], 'found '],
  [
    [
      { action: 'adjust', table: 't', key: 'k', by: 1 },
      { action: 'adjust', table: 't', key: 'k', by: 1 },
    ],
    'found 2',
  ],
  [
    [
      { action: 'adjust', table: 't', key: 'k', by: -3 },
      { action: 'fetch', table: 't', key: 'k' },
    ],
    'found -3',
  ],
  [
    [
      { action: 'store', table: 't', key: 'k', value: 'abc' },
      { action: 'adjust', table: 't', key: 'k', by: 1 },
    ],
    'failed',
  ],
  [[{ action: 'store', table: 't', key: 'k', value: 'x'.repeat(1_001) }], 'failed'],
  [[{ action: 'attempt', table: 'nowhere', key: 'k' }], 'failed'],
  [
    [
      { action: 'store', table: 't', key: 'k', value: '' },
      { action: 'fetch', table: 'T', key: 'K' },
    ],
    'found ',
  ],
  [
    [
      { action: 'store', table: 't', key: 'k', value: 'äbc d' },
      { action: 'fetch', table: 't', key: 'k' },
    ],
    'found äbc d',
  ],
  [
    [
      { action: 'adjust', table: 't', key: 'k', by: 5 },
      { action: 'adjust', table: 't', key: 'k', by: -7 },
    ],
    'found -2',
  ],
  ...[1, -1].map((sign): readonly [readonly CounterStep[], string] => {
    const step: CounterStep = { action: 'adjust', table: 't', key: 'k', by: sign * 999_999_999_999_999 };
    return [[step, step, step], `found ${step.by}`];
  }),
];
