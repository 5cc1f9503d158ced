import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { errorAt, formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { charactersOf, includedAt, octetSource, octetsOf } from '../../../lib/text/octet-source.js';
import { lineColumnAt, lineText } from '../../../lib/text/places.js';
import type { SourceFile } from '../../../lib/text/source.js';

const names = { name: 'config/pmdf/mappings', shortName: 'mappings' };

function bothOf(text: string): readonly [plain: SourceFile, octets: SourceFile] {
  const shared = new Uint8Array(new SharedArrayBuffer(text.length));
  shared.set(Buffer.from(text, 'latin1'));
  return [{ ...names, text }, octetSource(names, shared)];
}

const piece = fc.constantFrom(
  'A',
  ' a',
  '*',
  '$N',
  '!',
  '\\',
  '\t',
  '\0',
  '\r\n',
  '\n',
  '\n\n',
  '<x\n',
  'long line ',
);
const anyText = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('octet-source', () => {
  it('is read as the same text is', () => {
    const lines = (source: SourceFile) => {
      const { value, diagnostics } = readLogicalLines(source, () => undefined);
      const shown = value.map(({ kind, text, pieces }) => [
        kind,
        text,
        pieces.map((one) => [one.start, one.offset]),
      ]);
      return [shown, diagnostics.map(formatDiagnostic)];
    };
    fc.assert(
      fc.property(anyText, fc.nat(80), fc.nat(9), (text, offset, length) => {
        const [plain, octets] = bothOf(text);
        assert.deepEqual(lines(octets), lines(plain));
        assert.deepEqual(lineColumnAt(octets, offset), lineColumnAt(plain, offset));
        const { line } = lineColumnAt(plain, offset);
        assert.equal(lineText(octets, line), lineText(plain, line));
        const shown = (source: SourceFile) =>
          formatDiagnostic(errorAt({ source, offset, length }, 'file/long-line', 'no'));
        assert.equal(shown(octets), shown(plain));
        assert.equal(octets.text, plain.text);
        assert.deepEqual(octets, plain);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays one when a line of another file includes it', () => {
    const [plain, octets] = bothOf('A\n\n a b\n');
    const from = { source: plain, offset: 0, length: 1 };
    assert.equal(octetsOf(includedAt(octets, from))?.buffer, octetsOf(octets)?.buffer);
    assert.deepEqual(includedAt(octets, from), includedAt(plain, from));
  });

  it('shows the text of a copy, not that of the original', () => {
    const [, octets] = bothOf('password secret\n');
    const shown = { ...octets, text: '' };
    assert.equal(octetsOf(shown), null);
    assert.equal(charactersOf(shown), '');
    assert.equal({ ...octets }.text, 'password secret\n');
  });
});
