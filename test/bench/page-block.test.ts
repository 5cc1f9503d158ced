/*
 * The figures of a run in README.md and on a page: what they are, and that the rest of the page stays.
 */
import assert from 'node:assert/strict';
import { aheadOf, atMost } from './goal.js';
import { sampleOf } from './measure.js';
import { figureLines, pageLines, presentLines, withLines } from './page-block.js';
import type { Outcome } from './run-tables.js';

const place = { date: '2026-12-01', cores: 2, node: 'v20.20.2', rounds: 5 };
const outcomes: readonly Outcome[] = [
  { kind: 'failed', name: 'broken', error: 'no port' },
  {
    kind: 'measured',
    name: 'example',
    load: [1.5, 1, 0.5],
    table: {
      name: 'example',
      rows: [
        {
          what: 'a probe',
          ours: sampleOf([2, 1, 3], 'us'),
          peers: [
            { name: 'a|b', figure: sampleOf([4], 'us') },
            { name: 'gone', figure: { missing: 'the Debian package postfix' } },
          ],
          goals: [aheadOf('a|b'), aheadOf('gone'), atMost(1)],
        },
        { what: 'without a goal', ours: sampleOf([1], 'us'), peers: [], goals: [] },
      ],
    },
  },
  {
    kind: 'measured',
    name: 'elsewhere',
    load: [9, 1, 0.5],
    table: {
      name: 'elsewhere',
      rows: [{ what: 'a look-up', ours: sampleOf([1], 'us'), peers: [], goals: [atMost(1)] }],
      page: { file: 'docs/stores.md', lines: ['| a look-up | 1 us |'] },
    },
  },
];
const page =
  'Above.\n\n<!-- written by `npm run bench -- --readme` -->\n\n<!-- end of the figures -->\n\nBelow.\n';

describe('the figures of a run on a page', () => {
  it('are in the README a line for each goal of tables without a page', () => {
    assert.deepEqual(figureLines(place, outcomes), [
      '2026-12-01, 2 cores, Node v20.20.2, load average up to 1.50; medians of 5 rounds.',
      '',
      '| what | ours | peer | ours / peer | goal |',
      '| --- | --- | --- | --- | --- |',
      '| example: a probe | 2 us | 4 us (a\\|b) | 0.50 | ahead: reached |',
      '| example: a probe | 2 us | missing (gone) | - | ahead: unknown |',
      '| example: a probe | 2 us | - | - | <= 1 us: missed |',
    ]);
  });

  it('are on the page of a table what it says', () => {
    assert.deepEqual(pageLines(place, outcomes), [
      {
        file: 'docs/stores.md',
        lines: [
          '2026-12-01, 2 cores, Node v20.20.2, load average up to 9; medians of 5 rounds.',
          '',
          '| a look-up | 1 us |',
        ],
      },
    ]);
  });

  it('replace the lines between the comments and nothing else', () => {
    assert.deepEqual(presentLines(page, '--readme'), []);
    const once = withLines(page, '--readme', ['old']);
    const twice = withLines(once, '--readme', ['one', 'two']);
    assert.deepEqual(presentLines(twice, '--readme'), ['one', 'two']);
    assert.equal(twice.slice(0, page.indexOf('<!--')), 'Above.\n\n');
    assert.match(twice, /<!-- end of the figures -->\n\nBelow\.\n$/);
    assert.equal(withLines(twice, '--readme', ['old']), once);
  });

  it('need the comments of their option', () => {
    assert.throws(() => withLines('# Page\n', '--readme', ['one']), /there is no block/);
    assert.throws(() => withLines(page, '--docs', ['one']), /there is no block/);
  });
});
