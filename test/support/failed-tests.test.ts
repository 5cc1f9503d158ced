/*
 * The end of the output of `npm test` names every test that failed.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { failedTestsVariable, failuresText, takeFailures } from './failed-tests.js';
import { projectRoot } from './project-root.js';
import { temporaryFolder } from './temporary-folder.js';

describe('the failed tests at the end of the output', () => {
  const folder = temporaryFolder();

  it('are those of mocha, tests and hooks, with the file and the first line of the error', () => {
    const tests = [
      folder.write('good.js', "it('passes', () => {})\n"),
      folder.write(
        'bad.js',
        `describe('a test', () => it('fails', () => { throw new Error('first line\\nsecond line') }))
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
      takeFailures(written, mocha.status).map((failure) => failure.split('\n    ').slice(1)),
      [
        ['a test fails', 'first line'],
        ['a hook "before all" hook for "is not run"', 'no server'],
      ],
      mocha.stdout + mocha.stderr,
    );
    assert.match(takeFailures(written, mocha.status).join(), /^mocha ended with 2 and named no failed test/);
  });

  it('include a mocha that ended before it could name any', () => {
    assert.match(takeFailures(folder.path('none'), 'SIGKILL').join(), /^mocha ended with SIGKILL /);
    assert.deepEqual(takeFailures(folder.path('none'), 0), []);
  });

  it('are counted, each after an empty line', () => {
    assert.equal(
      failuresText(['a.test.js\n    one', 'b.test.js\n    two']),
      `2 failed:

a.test.js
    one

b.test.js
    two`,
    );
    assert.equal(failuresText([]), 'every test passed');
  });
});
