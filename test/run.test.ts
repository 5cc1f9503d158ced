/*
 * Every test file is run by `npm test`, once.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { testFiles, timed } from './run.js';
import { itWith } from './support/programs.js';
import { projectRoot } from './support/project-root.js';

describe('npm test', () => {
  itWith(['git'], 'runs every test file of the project', () => {
    const tracked = execFileSync('git', ['ls-files', 'test/*.test.ts'], {
      cwd: projectRoot,
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .map((file) => file.replace(/^test\/(.*)\.test\.ts$/, '$1'));
    const files = new Set(testFiles());
    assert.deepEqual(
      tracked.filter((name) => !files.has(name)),
      [],
    );
    assert.equal(files.size, testFiles().length);
  });

  it('runs files afterwards that exist', () => {
    const files = new Set(testFiles());
    assert.deepEqual(
      timed.filter((name) => !files.has(name)),
      [],
    );
  });
});
