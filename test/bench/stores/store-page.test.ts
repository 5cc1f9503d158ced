/*
 * The lines of docs/stores.md: what is measured, what is missing, and the gateways.
 */
import assert from 'node:assert/strict';
import { exactly } from '../measure.js';
import { storePageLines } from './store-page.js';

describe('the figures of stores on their page', () => {
  it('have a line for each store and gateway', () => {
    const both = (ours: number, alone: number, unit: string) => ({
      ours: exactly(ours, unit),
      alone: exactly(alone, unit),
    });
    const figures = {
      aloneName: 'alone',
      rate: both(5_000.4, 6_000, 'look-ups/s'),
      half: both(120, 100, 'us'),
      nearlyAll: both(1_500, 1_000, 'us'),
    };
    const gateway = { what: 'gateway in a CDB file', ours: exactly(2_000, 'msg/s'), goals: [] };
    const inFile = { name: 'the same in a CDB file', figure: gateway.ours };
    const lines = storePageLines(
      [
        { what: 'Redis, 1 at a time', ...figures, postfix: { missing: 'tables in Redis' } },
        { what: 'Redis, 8 at a time', ...figures, postfix: null },
        { what: 'SQLite, 1 at a time', ...figures, postfix: exactly(9_000, 'look-ups/s') },
        { name: 'LDAP', missing: 'the Debian package slapd' },
      ],
      [
        { ...gateway, peers: [] },
        { ...gateway, what: 'gateway in Redis', ours: exactly(1_500, 'msg/s'), peers: [inFile] },
      ],
      ['A note.'],
    );
    assert.deepEqual(lines, [
      '| store | look-ups/s | client alone | `postmap -q -` | half within, ours / alone | ratio | 99 of 100 within, ours / alone |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| Redis, 1 at a time | 5000 | 6000 | - | 120 us / 100 us | 1.20 | 1.50 ms / 1 ms |',
      '| Redis, 8 at a time | 5000 | 6000 |  | 120 us / 100 us | 1.20 | 1.50 ms / 1 ms |',
      '| SQLite, 1 at a time | 5000 | 6000 | 9000 | 120 us / 100 us | 1.20 | 1.50 ms / 1 ms |',
      '| LDAP | missing: the Debian package slapd |  |  |  |  |  |',
      '',
      '| | messages/s | ratio to the CDB file |',
      '| --- | --- | --- |',
      '| gateway in a CDB file | 2000 msg/s |  |',
      '| gateway in Redis | 1500 msg/s | 0.75 |',
      '',
      'A note.',
    ]);
  });
});
