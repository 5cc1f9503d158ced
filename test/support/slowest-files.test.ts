/*
 * The table of the slowest files.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';
import { tableOf } from './slowest-files.js';

describe('the table of the slowest files', () => {
  it('has the slowest first, and no more than 25', () => {
    const times = new Map(
      Array.from({ length: 30 }, (_, index) => [
        join(projectRoot, `dist/${index}.test.js`),
        { ms: index * 1_000, tests: index + 1 },
      ]),
    );
    const [head, first, ...rest] = tableOf(times).trimEnd().split('\n');
    assert.equal(head, '  seconds  tests  file');
    assert.equal(first, '     29.0     30  dist/29.test.js');
    assert.equal(rest.length, 24);
    assert.equal(rest.at(-1), '      5.0      6  dist/5.test.js');
  });
});
