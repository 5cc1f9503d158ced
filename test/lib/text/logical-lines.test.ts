/*
 * Logical lines of large and hostile files: their cost, and what is reported instead of an excessive cost.
 */
import assert from 'node:assert/strict';
import type { DiagnosticCode } from '../../../lib/text/codes.js';
import { type Diagnostic, errorAt, formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { boundDiagnostics, DiagnosticList, mostOfAKind } from '../../../lib/text/diagnostic-list.js';
import {
  type LogicalLine,
  longestLine,
  mostLines,
  readLogicalLines,
  spanIn,
} from '../../../lib/text/logical-lines.js';
import { lineColumnAt, placeOf } from '../../../lib/text/places.js';
import type { SourceFile } from '../../../lib/text/source.js';

function read(text: string): { lines: readonly LogicalLine[]; found: string[] } {
  const source = { name: 'config/pmdf/mappings', shortName: 'mappings', text };
  const { value, diagnostics } = readLogicalLines(source, () => undefined);
  return { lines: value, found: diagnostics.map((one) => `${placeOf(one.span)} ${one.code}`) };
}

describe('logical-lines', () => {
  it('joins continued lines and keeps the place of each', () => {
    const { lines } = read('a\\\r\nb\\\n!c\nd\n');
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['ab!c', 'd'],
    );
    const [first] = lines;
    assert.ok(first !== undefined);
    assert.deepEqual(
      [0, 1, 2, 3].map((start) => placeOf(spanIn(first, start, 1))),
      ['mappings:1', 'mappings:2', 'mappings:3', 'mappings:3'],
    );
  });

  it('joins any number of lines', () => {
    const { lines, found } = read(`${'x\\\n'.repeat(200_000)}y\n`);
    assert.deepEqual(found, []);
    assert.equal(lines[0]?.text.length, 200_001);
    assert.equal(lines[0]?.pieces.length, 200_001);
  });

  it('keeps two blank lines of any number', () => {
    const { lines } = read(`a\n${'\n'.repeat(1_000_000)}b\n\nc\n`);
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['a', '', '', 'b', '', 'c'],
    );
  });

  it('reads a million lines', () => {
    const { lines, found } = read('!\n'.repeat(mostLines + 5));
    assert.deepEqual(found, [`mappings:${mostLines + 1} file/too-large`]);
    assert.equal(lines.length, mostLines + 1);
  });

  it('leaves out a line that is too long, and says where it is', () => {
    const { lines, found } = read(`a\n${'x'.repeat(longestLine + 1)}\nb\n`);
    assert.deepEqual(found, ['mappings:2 file/long-line']);
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['a', 'b'],
    );
    assert.deepEqual(read(`${'x'.repeat(longestLine)}\n`).found, []);
    assert.deepEqual(
      read(`${'x\\\n'.repeat(20)}${`${'y'.repeat(longestLine - 1)}\\\n`.repeat(16)}z\n`).found,
      ['mappings:36 file/long-line'],
    );
  });
});

describe('diagnostic-list', () => {
  const source = (text: string): SourceFile => ({ name: 'mappings', shortName: 'mappings', text });
  const many = (code: DiagnosticCode, count: number): Diagnostic[] =>
    Array.from({ length: count }, (_, offset) =>
      errorAt({ source: source('x\n'.repeat(10)), offset: offset % 20, length: 1 }, code, `number ${offset}`),
    );

  it('keeps the first hundred of a kind and counts the others', () => {
    const found = boundDiagnostics([...many('file/missing', 200_000), ...many('file/encoding', 3)]);
    assert.equal(found.length, mostOfAKind + 3 + 1);
    assert.deepEqual(
      [found[99]?.message, found[100]?.message, found.at(-1)?.message, found.at(-1)?.code],
      ['number 99', 'number 0', '199900 more findings of this kind', 'file/missing'],
    );
  });

  it('adds up the omissions of several lists', () => {
    const list = new DiagnosticList();
    for (let part = 0; part < 3; part += 1) list.append(boundDiagnostics(many('file/missing', 150)));
    assert.equal(list.all.length, mostOfAKind + 1);
    assert.equal(list.all.at(-1)?.leftOut, 350);
  });

  it('shows the part of a long line that the caret is under', () => {
    const text = `${'a'.repeat(500)}\u{1f600}HERE${'b'.repeat(5_000_000)}\nnext\n`;
    const span = { source: source(text), offset: 502, length: 4 };
    assert.deepEqual(lineColumnAt(span.source, 502), { line: 1, column: 502 });
    const [head, line = '', carets = ''] = formatDiagnostic(errorAt(span, 'file/missing', 'here')).split(
      '\n',
    );
    assert.equal(head, 'mappings:1:502: error: here [file/missing]');
    assert.ok(line.length < 220 && line.startsWith('  ...a') && line.endsWith('b...'));
    assert.equal(Array.from(line).slice(carets.indexOf('^'), carets.length).join(''), 'HERE');
  });
});
