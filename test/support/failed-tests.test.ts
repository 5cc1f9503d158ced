/*
 * The end of the output of `npm test` names every test that failed.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  type Failure,
  failedTestsVariable,
  failuresText,
  filesToRepeat,
  takeFailures,
} from './failed-tests.js';
import { projectRoot } from './project-root.js';
import { temporaryFolder } from './temporary-folder.js';

describe('the failed tests at the end of the output', () => {
  const folder = temporaryFolder();

  it('are those of mocha, tests and hooks, with the file and the first line of the error', () => {
    const tests = [
      folder.write('good.js', "it('passes', () => {})\n"),
      folder.write(
        'bad.js',
        `describe('a test', () => it('fails', () => require('node:assert').fail('first line\\nsecond line')))
describe('a hook', () => {
  before(() => { throw new Error('no server') })
  it('is not run', () => {})
})
`,
      ),
    ];
    const written = folder.path('failed.json');
    const mocha = spawnSync(
      process.execPath,
      [
        join(projectRoot, 'node_modules/mocha/bin/mocha.js'),
        '--no-package',
        `--require=${join(projectRoot, 'dist/test/support/failed-tests.js')}`,
        '--parallel',
        '--jobs=2',
        ...tests,
      ],
      { cwd: projectRoot, env: { ...process.env, [failedTestsVariable]: written }, encoding: 'utf8' },
    );
    assert.deepEqual(
      takeFailures(written, mocha.status).map(({ title, error }) => [title, error.split('\n')[0]]),
      [
        ['a test fails', 'first line'],
        ['a hook "before all" hook for "is not run"', 'no server'],
      ],
      mocha.stdout + mocha.stderr,
    );
    assert.equal(takeFailures(written, mocha.status)[0]?.title, 'mocha ended with 2');
  });

  it('include a mocha that ended before it could name any', () => {
    const [failure] = takeFailures(folder.path('none'), 'SIGKILL');
    assert.equal(failure?.title, 'mocha ended with SIGKILL');
    assert.deepEqual(takeFailures(folder.path('none'), 0), []);
  });

  const failureIn = (file: string, title: string): Failure => ({ file, title, error: 'error' });

  it('have files, which are run once more alone', () => {
    const failures = [
      failureIn('late.test.js', 'one'),
      failureIn('late.test.js', 'two'),
      failureIn('wrong.test.js', 'three'),
      failureIn('both.test.js', 'four'),
      failureIn('both.test.js', 'five'),
      failureIn('', 'mocha ended with 2'),
    ];
    assert.deepEqual(filesToRepeat(failures), ['late.test.js', 'wrong.test.js', 'both.test.js']);
  });

  it('are counted, each after an empty line', () => {
    const failed = [failureIn('a.test.js', 'one')];
    const busy = [failureIn('b.test.js', 'two')];
    assert.equal(
      failuresText(failed, busy),
      `1 failed beside other files, and passed when their file ran alone:

b.test.js
    two
    error

1 failed:

a.test.js
    one
    error`,
    );
    assert.equal(failuresText([], []), 'every test passed');
  });
});
