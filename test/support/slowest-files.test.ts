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
        { ms: index * 1_000, tests: index + 1, processor: 30 - index },
      ]),
    );
    const [byTime = '', byProcessor = ''] = tableOf(times).split('\n\n');
    const [head, first, ...rest] = byTime.split('\n');
    assert.equal(head, '  seconds  processor  tests  file');
    assert.equal(first, '     29.0        1.0     30  dist/29.test.js');
    assert.equal(rest.length, 24);
    assert.equal(rest.at(-1), '      5.0       25.0      6  dist/5.test.js');
    assert.equal(byProcessor.split('\n')[1], '      0.0       30.0      1  dist/0.test.js');
  });
});
