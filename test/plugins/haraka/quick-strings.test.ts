/*
 * The methods of strings stay quick in a process that has classes derived from String. V8 itself is asked.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

const compiled = join(projectRoot, 'dist', 'plugins', 'haraka', 'quick-strings.js');

/** Whether V8 says that the methods of strings are quick after each of these statements. */
function isQuickAfter(...statements: readonly string[]): readonly string[] {
  const program = statements.map((one) => `${one}; console.log(%HasFastProperties(String.prototype));`);
  const given = ['--allow-natives-syntax', '--eval', program.join('\n')];
  return execFileSync(process.execPath, given, { encoding: 'utf8' }).trim().split('\n');
}

describe('keepStringsQuick', () => {
  const keep = `require(${JSON.stringify(compiled)}).keepStringsQuick()`;

  it('makes them quick again', () => {
    assert.deepEqual(isQuickAfter('class A extends String {}', keep), ['false', 'true']);
  });

  it('keeps them quick when more classes are derived', () => {
    assert.deepEqual(isQuickAfter(keep, 'class A extends String {}', 'class B extends String {}'), [
      'true',
      'true',
      'true',
    ]);
  });
});
