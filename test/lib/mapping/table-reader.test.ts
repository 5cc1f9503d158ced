import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { createMappings, type Mappings } from '../../../lib/mapping/compile-tables.js';
import { printTemplate } from '../../../lib/mapping/print.js';
import { tablesOf } from '../../../lib/mapping/syntax.js';
import { TableReader } from '../../../lib/mapping/table-reader.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { atOnce } from '../../../lib/text/slices.js';
import { comparable } from '../../support/comparable.js';
import { printMappings } from '../../support/language.js';
import { anyFile } from './arbitrary.js';
import { parseText, sourceOf } from './make.js';

function readTables(text: string): Mappings {
  const reader = new TableReader();
  for (const line of readLogicalLines(sourceOf(text), () => undefined).value) reader.read(line);
  return atOnce(reader.finishInSlices());
}

function compiledTables(text: string): Mappings {
  return createMappings(tablesOf(parseText(text).value));
}

const texts: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['a table without entries', 'A\n\n'],
  ['two tables with one name', 'A\n\n a $Y\n\na\n\n b $N\n'],
  ['entries outside a table', ' a $Y\n\nA\n\n b $N\n\n c $N\n'],
  ['entries with errors', 'A\n\n $Z* $Y\n $0* $|B| $Ytext\n a b c\n'],
  ['continued lines and comments', 'A\n! one\n\n a|\\\nb|* $0$Y\n! two\n c \\\n$N\n! three\n\nB\n\n d\n'],
  ['two spellings of a domain', 'A\n\n *@müller.example $N\n *@xn--mller-kva.example $Y\n'],
  [
    'entries that ask',
    'A\n\n * ${$0}$C\n * $|B;$0|$]ldap:///o=x?a?sub?(b=$0)[$}d,a{$[i,$\\r]$#f|10|2|9#\n\nB\n\n * $Y\n',
  ],
];

describe('TableReader', () => {
  for (const [what, text] of texts) {
    it(`reads tables as they are compiled from a tree: ${what}`, () => {
      assert.deepEqual(comparable(readTables(text)), comparable(compiledTables(text)));
    });
  }

  it('reads tables as they are compiled from a tree: any file', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const text = printMappings(file);
        assert.deepEqual(comparable(readTables(text)), comparable(compiledTables(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps equal parts of entries once, and no place but that of the entry', () => {
    const text = 'A\n\n a|*|b $NMail$ blocked\n c|*|d $NMail$ blocked\n c|*|e $|B;$0x|\n';
    const [first, second, third] = readTables(text).get('A')?.entries ?? [];
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.equal(first.template, second.template);
    assert.equal(first.pattern.blocks, second.pattern.blocks);
    assert.equal(second.pattern.prefix, third.pattern.prefix);
    for (const { template } of [first, third]) {
      assert.equal(JSON.stringify(template).includes('"span"'), false);
    }
    assert.equal(printTemplate(third.template), '$|B;$0x|');
  });

  it('keeps what differs apart, however many there are', () => {
    const count = 5000;
    const lines = Array.from({ length: count }, (_, index) => ` a${index} $Nb${index % 1500}`);
    const entries = readTables(`A\n\n${lines.join('\n')}\n`).get('A')?.entries ?? [];
    assert.deepEqual(
      entries.map(({ pattern, template }) => ` ${pattern.prefix.toLowerCase()} ${printTemplate(template)}`),
      lines,
    );
  });
});
