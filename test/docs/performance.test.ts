/*
 * docs/performance.md has a row for every table of `npm run bench`; the figures in README.md have the form that
 * `npm run bench -- --readme` writes, or are not there yet. Nothing is measured.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { presentLines } from '../bench/page-block.js';
import { projectRoot } from '../support/project-root.js';

function textOf(name: string): string {
  return readFileSync(join(projectRoot, name), 'utf8');
}

describe('docs/performance.md', () => {
  it('names every table', () => {
    const tables = [...textOf('test/bench/run.ts').matchAll(/^ {2}\['(\w+)', .+\],$/gm)].map(
      ([, name = '']) => name,
    );
    assert.ok(tables.length >= 8);
    const page = textOf('docs/performance.md');
    assert.deepEqual(
      tables.filter((name) => !page.includes(`\n| \`${name}\` | `)),
      [],
    );
  });
});

describe('docs/stores.md', () => {
  it('has room for its figures', () => {
    assert.doesNotThrow(() => presentLines(textOf('docs/stores.md'), '--docs'));
  });
});

describe('the figures of the README', () => {
  it('are a table with the date and the place of the run', () => {
    const [place, blank, head, rule, ...rows] = presentLines(textOf('README.md'), '--readme');
    if (place === undefined) return;
    assert.match(
      place,
      /^\d{4}-\d\d-\d\d, \d+ cores, Node v[\d.]+, load average up to [\d.]+; medians of \d+ rounds\.$/,
    );
    assert.deepEqual([blank, head], ['', '| what | ours | peer | ours / peer | goal |']);
    assert.equal(rule, '| --- | --- | --- | --- | --- |');
    assert.ok(rows.length > 10);
    for (const row of rows) {
      assert.match(
        row,
        /^\| \w.+ \| .+ \| (?:-|.+ \(.+\)) \| (?:-|[\d.]+) \| .+: (?:reached|missed|unknown) \|$/,
      );
    }
  });
});
