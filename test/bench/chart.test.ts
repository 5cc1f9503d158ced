/*
 * Charts: well-formed, with every value in words, everything inside the picture, and nothing of a missing point.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Chart, chartSvg } from './chart.js';
import { sampleOf } from './measure.js';

function chartOf(values: readonly (readonly number[])[]): Chart {
  const points = values.map((value, index) => ({ x: 10 ** index, figure: sampleOf(value, 'us') }));
  const lines = [
    { name: 'ours', points },
    { name: 'twice <ours> & more', points: points.toReversed() },
  ];
  return { name: 'growth-x', title: 'Tables & <trees>', x: 'entries', y: 'time for one', lines };
}

/** The elements that are open at the end, or the first that is closed wrongly. */
function openElements(svg: string): readonly string[] {
  const open: string[] = [];
  for (const [tag, slash = '', name = '', empty = ''] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (slash === '') {
      if (empty === '') open.push(name);
    } else if (open.pop() !== name) return [tag];
  }
  return open;
}

describe('charts', () => {
  it('have title, axes with units, and all values in words', () => {
    const svg = chartSvg(chartOf([[1, 2, 3], [2], [4]]));
    assert.match(svg, /<title id="title">Tables &amp; &lt;trees&gt;<\/title>/);
    assert.match(svg, /<desc id="desc">time for one by entries\. ours: 2 us at 1, 2 us at 10, 4 us at 100; /);
    assert.match(svg, />entries<\/text>/);
    assert.match(svg, />time for one \(µs\)<\/text>/);
    assert.match(svg, />twice &lt;ours&gt; &amp; more<\/text>/);
    assert.match(chartSvg(chartOf([[10_000]])), />time for one \(ms\)<\/text>/);
  });

  it('leave out a point that is missing', () => {
    const missing = { x: 10, figure: { missing: 'the Debian package postfix' } };
    const [first, ...rest] = chartOf([[1], [2], [3]]).lines;
    assert.ok(first !== undefined);
    const svg = chartSvg({ ...chartOf([]), lines: [{ ...first, points: [...first.points, missing] }] });
    assert.equal(rest.length, 1);
    assert.equal([...svg.matchAll(/<circle /g)].length, 3);
  });

  it('are well-formed, with all points inside the axes', () => {
    const value = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    const values = fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, (samples) => {
        const svg = chartSvg(chartOf(samples));
        assert.deepEqual(openElements(svg), []);
        assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
        const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
        assert.equal(circles.length, samples.length * 2);
        for (const [, x, y] of circles) {
          assert.ok(Number(x) >= 86 && Number(x) <= 560, `${x}`);
          assert.ok(Number(y) >= 64 && Number(y) <= 340, `${y}`);
        }
      }),
    );
  });
});
