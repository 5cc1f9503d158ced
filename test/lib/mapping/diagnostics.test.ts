import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findUnknownTables } from '../../../lib/mapping/check-tables.js';
import { parsePattern } from '../../../lib/mapping/parse-pattern.js';
import { parseTemplate } from '../../../lib/mapping/parse-template.js';
import { tablesOf } from '../../../lib/mapping/syntax.js';
import { diagnosticCodes } from '../../../lib/text/codes.js';
import { parseText, places, spansIn } from './make.js';

/** A file, and `line:column code` of every finding. */
const files: readonly (readonly [name: string, text: string, wanted: readonly string[]])[] = [
  ['nothing', '', []],
  ['a sound table', 'T\n\n  a b\n  c\n\nU\n\n! c\n  a$  b \n', []],
  [
    'an entry before any table',
    ' a b\n c $\n\nT\n\n a b\n',
    ['1:1 mapping/outside-table', '2:4 mapping/trailing-dollar'],
  ],
  [
    'entries after a blank line',
    'T\n\n a b\n\n c d\n e f\n\n g h\n',
    ['5:1 mapping/outside-table', '8:1 mapping/outside-table'],
  ],
  ['an indented comment', 'T\n\n  ! not here\n a b\n', ['3:3 mapping/indented-comment']],
  ['a name that is a number', '1T\n\n', ['1:1 mapping/table-name']],
  ['an entry without indent', 'T\n\n a b\nc* d\n', ['4:1 mapping/table-name']],
  ['no blank line after the name', 'T\n a b\n c d\n', ['2:1 mapping/missing-blank-line']],
  ['no blank line between tables', 'T\n\n a b\nU\n\n a b\n', ['4:1 mapping/missing-blank-line']],
  ['two names in a row', 'T\nU\n\n a b\n', ['2:1 mapping/missing-blank-line']],
  ['a name used twice', 'Tab\n\n a b\n\nTAB\n\n a b\n', ['5:1 mapping/duplicate-table']],
  ['a long pattern', `T\n\n ${'a'.repeat(253)} b\n`, ['3:2 mapping/long']],
  ['a long template', `T\n\n a ${'b'.repeat(4096)}\n`, ['3:4 mapping/long']],
  ['a pattern that is too long', `T\n\n ${'a'.repeat(4097)} $\n`, ['3:2 mapping/too-long']],
  ['unquoted blanks', 'T\n\n a $Nno way out\n', ['3:8 mapping/unquoted-blank']],
  ['a carriage return', 'T\n\n a\rb c\rd\n', ['3:3 mapping/line-end', '3:7 mapping/line-end']],
  ['eleven wildcards', `T\n\n ${'*|'.repeat(10)}* $9\n`, ['3:22 mapping/many-captures']],
  [
    'a wildcard that is not found',
    'T\n\n *$@* $0$1${a$2}$|T;$3|\n',
    ['3:9 mapping/reference', '3:14 mapping/reference', '3:21 mapping/reference'],
  ],
  [
    'several errors on a continued line',
    'T\n\n $Q*$1 \\\n$?x?${\n',
    ['3:2 mapping/glob', '3:5 mapping/back-match', '4:1 mapping/chance', '4:5 mapping/unterminated'],
  ],
];

const patterns: readonly (readonly [text: string, column: number, length: number, code: string])[] = [
  ['a$', 2, 1, 'mapping/trailing-dollar'],
  ['a$_', 2, 2, 'mapping/modifier'],
  ['$Q*', 1, 2, 'mapping/glob'],
  ['a$D', 2, 2, 'mapping/glob'],
  ['$Da', 1, 2, 'mapping/glob'],
  ['$[a]b', 1, 4, 'mapping/glob'],
  ['$_$D*', 1, 3, 'mapping/modifier'],
  ['$@q', 1, 3, 'mapping/modifier'],
  ['$[ab', 3, 2, 'mapping/set'],
  ['$[a-', 3, 2, 'mapping/set'],
  ['$[]*', 3, 0, 'mapping/set'],
  ['$[z-a]*', 3, 3, 'mapping/set'],
  ['$[\n]*', 3, 1, 'mapping/line-end'],
  ['a\nb', 2, 1, 'mapping/line-end'],
  ['$(1.2.3.4', 1, 9, 'mapping/ip-prefix'],
  ['$(1.2.3/8)', 1, 10, 'mapping/ip-prefix'],
  ['$(1.2.3.04/8)', 1, 13, 'mapping/ip-prefix'],
  ['$(1.2.3.4/33)', 1, 13, 'mapping/ip-prefix'],
  ['$<1.2.3.4/x>', 1, 12, 'mapping/ip-prefix'],
  ['$(1.2.3.4/)', 1, 11, 'mapping/ip-prefix'],
  ['${1.2.3.4/8}', 1, 12, 'mapping/ip-prefix'],
  ['${::1/129}', 1, 10, 'mapping/ip-prefix'],
  ['${:::/8}', 1, 8, 'mapping/ip-prefix'],
  ['${1::2::3/8}', 1, 12, 'mapping/ip-prefix'],
  ['$0*', 1, 3, 'mapping/back-match'],
  ['*$1', 2, 2, 'mapping/back-match'],
  ['$@*$0*', 4, 3, 'mapping/back-match'],
];

const templates: typeof patterns = [
  ['a$', 2, 1, 'mapping/trailing-dollar'],
  ['${a', 1, 3, 'mapping/unterminated'],
  ['$|a;b', 1, 5, 'mapping/unterminated'],
  ['$|a', 1, 3, 'mapping/unterminated'],
  ['$[a', 1, 3, 'mapping/unterminated'],
  ['$]a', 1, 3, 'mapping/unterminated'],
  ['$}a', 1, 3, 'mapping/unterminated'],
  ['$#a', 1, 3, 'mapping/unterminated'],
  ['$?5', 1, 3, 'mapping/unterminated'],
  ['x$|a|', 2, 4, 'mapping/sub-table'],
  ['$|;a|', 1, 5, 'mapping/sub-table'],
  ['$|$0;a|', 1, 7, 'mapping/sub-table'],
  ['${a$Yb}', 4, 2, 'mapping/argument'],
  ['$?101?', 1, 6, 'mapping/chance'],
  ['$?-1?', 1, 5, 'mapping/chance'],
  ['$??', 1, 3, 'mapping/chance'],
  ['$:', 1, 2, 'mapping/input-flag'],
  ['$;$A', 1, 2, 'mapping/input-flag'],
  ['$##', 1, 3, 'mapping/sequence'],
  ['$#f|1#', 1, 6, 'mapping/sequence'],
  ['$#f|10|65#', 1, 10, 'mapping/sequence'],
  ['$#f|10|1|0#', 1, 11, 'mapping/sequence'],
  ['$#f||||#', 1, 8, 'mapping/sequence'],
  ['a\rb', 2, 1, 'mapping/line-end'],
  ['${a\nb}', 4, 1, 'mapping/line-end'],
  ['a$[img,dns_verify,$0]b', 2, 20, 'mapping/not-provided'],
  ['a$[conn_throttle,throttle,$0]b', 2, 28, 'mapping/routine'],
  ['$]ldap:///$0[', 1, 13, 'ldap/url'],
  ['$}$0,mail{', 1, 10, 'mapping/not-provided'],
];

const unknownTables: readonly (readonly [name: string, hint: string])[] = [
  ['INTERNL_IP', 'did you mean `INTERNAL_IP`?'],
  ['ZZZZZZ', 'add the table, or remove this item'],
];

function codesInTables(): Set<string> {
  const rows = [...patterns, ...templates].map((row) => row[3]);
  const places = files.flatMap((row) => row[2].map((place) => place.split(' ')[1] ?? ''));
  return new Set([...rows, ...places, 'mapping/unknown-table']);
}

describe('diagnostics of the mapping language', () => {
  for (const [name, text, wanted] of files) {
    it(`a file with ${name}`, () => assert.deepEqual(places(parseText(text).diagnostics), wanted));
  }

  for (const [what, rows] of [
    ['pattern', patterns],
    ['template', templates],
  ] as const) {
    const parse = what === 'pattern' ? parsePattern : parseTemplate;
    for (const [text, column, length, code] of rows) {
      it(`the ${what} ${JSON.stringify(text)}`, () => {
        const [first, ...others] = parse(text, spansIn(text)).diagnostics;
        assert.deepEqual([first?.span.offset, first?.span.length, first?.code], [column - 1, length, code]);
        assert.equal(first?.severity, 'error');
        assert.deepEqual(others, []);
      });
    }
  }

  for (const [name, hint] of unknownTables) {
    it(`the unknown table ${name}`, () => {
      const file = parseText(`T\n\n *  $C$|internal_ip;$0|$|${name};$0|\n\nINTERNAL_IP\n\n *  $Y\n`);
      const diagnostics = findUnknownTables(tablesOf(file.value));
      assert.deepEqual(places(diagnostics), ['3:24 mapping/unknown-table']);
      assert.equal(diagnostics[0]?.hint, hint);
    });
  }

  it('points at both tables of one name', () => {
    const [duplicate] = parseText('Tab\n\n a b\n\nTAB\n\n a b\n').diagnostics;
    assert.deepEqual(
      duplicate?.related?.map((one) => [one.message, one.span.offset]),
      [['first defined here', 0]],
    );
  });

  it('only warns of what works here', () => {
    const text = `T\n\n ${'*|'.repeat(10)}* $9\n ${'a'.repeat(300)} $0\n`;
    const { diagnostics } = parseText(text);
    assert.deepEqual([...new Set(diagnostics.map((one) => one.severity))], ['warning']);
    assert.equal(diagnostics.length, 3);
  });

  it('has a row here for every code', () => {
    const tested = codesInTables();
    const missing = Object.keys(diagnosticCodes).filter(
      (code) => code.startsWith('mapping/') && !tested.has(code),
    );
    assert.deepEqual(missing, []);
  });
});
