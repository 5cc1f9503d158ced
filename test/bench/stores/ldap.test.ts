/*
 * The directory of the benchmark: its indexes let a search examine few entries, and it refuses searches that examine many.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { keyFor, valueFor } from './addresses.js';
import { filledSlapd } from './ldap.js';

describeWith(['slapd'], 'the directory that is measured', () => {
  it('finds an address without examining the others', async () => {
    const count = 100;
    const filled = await filledSlapd(count);
    try {
      const client = await filled.bare(1);
      try {
        assert.equal(await client.ask(keyFor(count), 0), valueFor(keyFor(count)));
      } finally {
        client.close();
      }
    } finally {
      await filled.stop();
    }
  });
});
