/*
 * Tests that a lab without its programs says how to get them.
 */

import assert from 'node:assert/strict';
import { requireProgram } from './program.js';

describe('the lab', () => {
  it('names the script that installs a missing program', () => {
    assert.throws(
      () => requireProgram('/usr/sbin/no-such-mta'),
      /`\/usr\/sbin\/no-such-mta` is missing: run `\.ci\/packages`/,
    );
  });
});
