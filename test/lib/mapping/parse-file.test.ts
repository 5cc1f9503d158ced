import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { tablesOf } from '../../../lib/mapping/syntax.js';
import { placeOf } from '../../../lib/text/places.js';
import { parseText } from './make.js';

/** Each table as its name, then its written entries. */
function entriesOf(text: string): unknown[] {
  return tablesOf(parseText(text).value).map((table) => [
    table.name,
    ...table.entries.map((entry) => [entry.patternText, entry.templateText]),
  ]);
}

const rows: readonly (readonly [name: string, text: string, wanted: readonly unknown[]])[] = [
  [
    'two tables',
    'A\n\n a b\n\tc\td\n\nB_2\n\n e f\n',
    [
      ['A', ['a', 'b'], ['c', 'd']],
      ['B_2', ['e', 'f']],
    ],
  ],
  ['a quoted blank at the end of a pattern', 'A\n\n a$   b\n', [['A', ['a$ ', 'b']]]],
  ['a quoted dollar before a blank', 'A\n\n a$$ b\n', [['A', ['a$$', 'b']]]],
  ['a quoted tab', 'A\n\n a$\tx b$\t\n', [['A', ['a$\tx', 'b$\t']]]],
  ['blanks at the end', 'A\n\n a b$  \t\n', [['A', ['a', 'b$ ']]]],
  ['a pattern alone', 'A\n\n a\n b \n', [['A', ['a', ''], ['b', '']]]],
  ['a continued line', 'A\n\n a\\\nb c\\\n  $Nd\n', [['A', ['ab', 'c  $Nd']]]],
  ['lines that end in CR LF', 'A\r\n\r\n a b\r\n\r\nB\r\n', [['A', ['a', 'b']], ['B']]],
  ['blank lines above the entries', 'A\n\n\n! c\n\n a b\n', [['A', ['a', 'b']]]],
  ['a mark of a comment inside', 'A\n\n !a b\n a !b\n', [['A', ['!a', 'b'], ['a', '!b']]]],
  ['a name followed by blanks', 'A  \n\n a b\n', [['A', ['a', 'b']]]],
];

describe('parseMappings', () => {
  for (const [name, text, wanted] of rows) it(name, () => assert.deepEqual(entriesOf(text), wanted));

  it('keeps comments in place', () => {
    const { items } = parseText('! 1\n\nA\n! 2\n\n! 3\n a b\n! 4\n c d\n! 5\n\n! 6\nB\n\n! 7\n').value;
    const shown = items.map((item) =>
      item.kind === 'comment'
        ? item.text
        : [
            item.name,
            item.entries.map((entry) => entry.comments.map((one) => one.text)),
            item.comments.length,
          ],
    );
    assert.deepEqual(shown, ['! 1', ['A', [['! 2', '! 3'], ['! 4']], 1], '! 6', ['B', [], 0], '! 7']);
  });

  it('gives every entry and every element its place', () => {
    const [table] = tablesOf(parseText('A\n\n  a*\\\n$D%  x$0\n').value);
    const [entry] = table?.entries ?? [];
    assert.equal(entry === undefined ? '' : placeOf(entry.span), 'mappings:3');
    const places = [...(entry?.pattern ?? []), ...(entry?.template ?? [])].map(({ span }) => [
      span.offset,
      span.length,
    ]);
    assert.deepEqual(places, [
      [5, 1],
      [6, 1],
      [9, 3],
      [14, 1],
      [15, 2],
    ]);
  });

  it('never throws, and every place is in the text', () => {
    const unit = fc.constantFrom(...'\n\n\n  \t\r!<\\AaT$$%*{}[]|;#?:_@0(1.2/8)');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        for (const { span } of parseText(text).diagnostics) {
          assert.ok(span.offset >= 0 && span.offset <= text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
