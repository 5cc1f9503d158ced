/*
 * The rows of a store, with the benchmark's own socketmap server: its pool and its client answer alike, what is missing is named.
 */
import assert from 'node:assert/strict';
import { isMissing, type Row } from '../row.js';
import { settingsOf } from './filled-store.js';
import { measureStore } from './measure-store.js';
import { filledSocketmap } from './socketmap.js';
import { rowsOf } from './store-figures.js';

describe('the rows of a store', () => {
  it('have ours, its client alone and Postfix', async () => {
    const filled = await filledSocketmap(50);
    try {
      const sizes = { oneByOne: 20, together: 40 };
      const rows: Row[] = [];
      for await (const figures of measureStore({ ...filled, table: null }, 50, sizes)) {
        rows.push(...rowsOf(figures));
      }
      assert.deepEqual(
        rows.map(({ what, ours, peers }) => [what, isMissing(ours), peers.length]),
        [
          ['socketmap, 1 at a time, look-ups a second', false, 2],
          ['socketmap, 1 at a time, half of them take at most', false, 1],
          ['socketmap, 1 at a time, 99 of 100 take at most', false, 1],
          ['socketmap, 8 at a time, look-ups a second', false, 1],
          ['socketmap, 8 at a time, half of them take at most', false, 1],
          ['socketmap, 8 at a time, 99 of 100 take at most', false, 1],
        ],
      );
      assert.deepEqual(rows[0]?.peers[1], {
        name: 'postmap -q -',
        figure: { missing: 'tables in Redis, which Postfix does not have' },
      });
    } finally {
      await filled.stop();
    }
  });

  it('need settings that are right', () => {
    assert.throws(() => settingsOf({ store: 'kind: none', question: 'map: m' }), /^Error: wrong settings: /);
  });
});
