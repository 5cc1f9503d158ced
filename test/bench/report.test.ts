/*
 * What a run of the benchmark prints, for tables that were measured, that lack a program and that failed.
 */
import assert from 'node:assert/strict';
import { aheadOf, atLeastTimes, atMost } from './goal.js';
import { exactly, MissingPeer, sampleOf } from './measure.js';
import { digits, quantity } from './quantity.js';
import { outcomeText, runJson } from './report.js';
import type { Table } from './row.js';
import { type MeasureTable, type Outcome, runTables } from './run-tables.js';
import { rowText } from './table-text.js';

const measured: Table = {
  name: 'example',
  rows: [
    {
      what: 'kept connections',
      ours: sampleOf([1752, 1700, 1800], 'msg/s'),
      peers: [
        { name: 'bare Haraka', figure: sampleOf([4384.4, 4000, 5000], 'msg/s') },
        { name: 'Exim', figure: { missing: 'exim4-daemon-light' } },
      ],
      goals: [atLeastTimes(0.8, 'bare Haraka'), aheadOf('Exim')],
    },
    { what: 'one decision', ours: exactly(1500, 'us'), peers: [], goals: [atMost(10)] },
  ],
  notes: ['The load generator took 40 % of a core.'],
};

const tables = new Map<string, MeasureTable>([
  [
    'broken',
    () => {
      throw new Error('no port');
    },
  ],
  ['absent', () => Promise.reject(new MissingPeer('the Debian package postfix'))],
  ['example', () => measured],
]);

function textWithoutLoad(outcome: Outcome): string {
  return outcomeText(outcome).replace(/ {2}load average .*\n$/, '');
}

describe('the report of a run', () => {
  it('names a table that failed or lacks a program, and has the others', async () => {
    const told: Outcome[] = [];
    const outcomes = await runTables(
      tables,
      (outcome) => told.push(outcome),
      () => undefined,
    );
    assert.deepEqual(told, outcomes);
    const [broken = '', absent = '', example = ''] = outcomes.map(textWithoutLoad);
    assert.equal(broken, 'broken\n  failed: no port\n');
    assert.equal(absent, 'absent\n  not measured, missing: the Debian package postfix\n');
    assert.equal(
      example,
      [
        'example',
        "  what              ours                       peer         the peer's                   ours/peer  goal",
        '  kept connections  1752 msg/s (1700 to 1800)  bare Haraka  4384 msg/s (4000 to 5000)    0.40       >= 0.8x missed',
        '                                               Exim         missing: exim4-daemon-light  -          ahead unknown',
        '  one decision      1.50 ms                                                                         <= 10 us missed',
        '  The load generator took 40 % of a core.',
        '',
      ].join('\n'),
    );
  });

  it('has medians, ratios and results in JSON', async () => {
    const place = { date: '2026-12-01', cores: 2, node: 'v20.20.2', rounds: 5 };
    const outcomes = (
      await runTables(
        tables,
        () => undefined,
        () => undefined,
      )
    ).map((outcome) => (outcome.kind === 'measured' ? { ...outcome, load: [0.5, 0.4, 0.3] } : outcome));
    const parsed: unknown = JSON.parse(runJson(place, outcomes));
    assert.deepEqual(parsed, {
      ...place,
      tables: [
        { name: 'broken', error: 'no port' },
        { name: 'absent', missing: 'the Debian package postfix' },
        {
          name: 'example',
          load: [0.5, 0.4, 0.3],
          rows: [
            {
              what: 'kept connections',
              ours: { median: 1752, minimum: 1700, maximum: 1800, unit: 'msg/s' },
              peers: [
                {
                  name: 'bare Haraka',
                  figure: { median: 4384.4, minimum: 4000, maximum: 5000, unit: 'msg/s' },
                  ratio: 1752 / 4384.4,
                },
                { name: 'Exim', figure: { missing: 'exim4-daemon-light' }, ratio: null },
              ],
              goals: [
                { kind: 'at least', limit: 0.8, peer: 'bare Haraka', text: '>= 0.8x', result: 'missed' },
                { kind: 'ahead', peer: 'Exim', text: 'ahead', result: 'unknown' },
              ],
            },
            {
              what: 'one decision',
              ours: { median: 1500, minimum: 1500, maximum: 1500, unit: 'us' },
              peers: [],
              goals: [{ kind: 'at most', limit: 10, text: '<= 10 us', result: 'missed' }],
            },
          ],
          notes: ['The load generator took 40 % of a core.'],
        },
      ],
    });
  });

  it('has a row in one line while a table is measured', () => {
    assert.deepEqual(measured.rows.map(rowText), [
      'kept connections: 1752 msg/s (1700 to 1800); 0.40 of bare Haraka, 4384 msg/s (4000 to 5000) (>= 0.8x missed); - of Exim, missing: exim4-daemon-light (ahead unknown)',
      'one decision: 1.50 ms',
    ]);
  });

  it('prints numbers with three digits and times in the unit that suits them', () => {
    assert.deepEqual([0.00374, 0.123, 12.34, 1234.5, 7].map(digits), ['0.004', '0.12', '12.3', '1235', '7']);
    assert.equal(quantity(12.34, 'us'), '12.3 us');
    assert.equal(quantity(12_340, 'us'), '12.3 ms');
    assert.equal(quantity(2_000_000, 'us'), '2 s');
    assert.equal(quantity(12_340, 'msg/s'), '12340 msg/s');
  });
});
