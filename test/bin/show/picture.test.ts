/*
 * `pmdf show --as dot` and `--as svg`: Graphviz draws every sample, and a hostile name stays a text in the drawing.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type Box, dotLines } from '../../../bin/show/picture/dot.js';
import { policyDrawing } from '../../../bin/show/picture/policy-drawing.js';
import { svgOf } from '../../../bin/show/picture/svg.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { describeWith } from '../../support/programs.js';

const hostile = [
  '</B></TD></TR></TABLE>> ]; evil [label="x"]',
  '"]; evil -> worse; "',
  'a\\',
  '\\N \\" \\l',
  '&amp; &#0; &nosuch;',
  'line\nend \u0000 \u001b[31m \u202e \ud800',
  '<!-- ]]> <script>alert(1)</script>',
  '',
  'node',
  'x'.repeat(5000),
  '\u{1f4e7} \u00fc',
];

function plainBox(id: string, kind: Box['kind'] = 'table'): Box {
  return { id, kind, title: id, notes: [id], rows: [[id, id], [id]] };
}

const hostileDrawing = {
  title: hostile[0] ?? '',
  boxes: hostile.map((text) => plainBox(text)),
  edges: hostile.map((text) => ({ from: text, to: 'a\\', label: text, dashed: true })),
};

describeWith(['dot'], 'the policy as a drawing', () => {
  /** Graphviz's own reading of a graph: the names of its nodes and edges. */
  function read(lines: readonly string[]) {
    const { stdout, stderr, status } = spawnSync('dot', ['-Tjson0'], {
      input: lines.join('\n'),
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const graph = JSON.parse(stdout);
    return { nodes: graph.objects?.length ?? 0, edges: graph.edges?.length ?? 0 };
  }

  it('reads hostile texts as texts', () => {
    const expected = { nodes: hostile.length, edges: hostile.length };
    assert.deepEqual(read(dotLines(hostileDrawing)), expected);
    const svg = svgOf(dotLines(hostileDrawing));
    assert.doesNotMatch(svg, /<script/);
  });

  it('draws the sample in the order in which mail comes through it', () => {
    const compiled = policyOf({
      cnf: exampleFile('pmdf.cnf'),
      mappings: exampleFile('mappings'),
      aliases: 'root: postmaster\n',
    });
    const drawing = policyDrawing(compiled, 'the sample');
    const ways = drawing.edges.map(({ from, to, dashed }) => `${from} ${dashed ? '~' : '>'} ${to}`);
    assert.deepEqual(ways.slice(0, 2), ['clients > from tcp_local', 'from tcp_local ~ from tcp_internal']);
    for (const way of [
      'from tcp_internal > rules tcp_local',
      'rules tcp_local > table ORIG_SEND_ACCESS',
      'table ORIG_SEND_ACCESS > aliases',
      'aliases > to process',
    ])
      assert.ok(ways.includes(way), way);
    assert.deepEqual(read(dotLines(drawing)), {
      nodes: drawing.boxes.length,
      edges: drawing.edges.length,
    });
    const svg = svgOf(dotLines(drawing));
    assert.match(svg, /<text[^>]*>ORIG_SEND_ACCESS<\/text>/);
  });

  it('shows the first entries of a long table', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [`mappings:${at}`]);
    const lines = dotLines({ title: '', boxes: [{ ...plainBox('T'), rows }], edges: [] });
    assert.match(lines.join('\n'), /mappings:10<.*and 29 more/);
  });
});

describe('pmdf show --as svg without Graphviz', () => {
  it('says what to install', () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      assert.throws(() => svgOf(['digraph {}']), /`dot` of Graphviz, which is not installed/);
    } finally {
      process.env['PATH'] = path;
    }
  });
});
