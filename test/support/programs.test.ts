/*
 * How tests report missing programs.
 */
import assert from 'node:assert/strict';
import { missing } from './programs.js';

describe('programs that tests use', () => {
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
  });

  it('are missing if there is no such file on the PATH', () => {
    process.env['PATH'] = '/nonexistent';
    assert.equal(missing(['python3']), 'python3');
    assert.equal(missing(['python3', 'git', 'python3']), 'python3, git');
  });

  it('are available if none is needed', () => {
    assert.equal(missing([]), undefined);
  });
});
