/*
 * Long lines on a terminal.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wrapLine, wrapLines } from '../../bin/support/wrap.js';

describe('lines on a terminal', () => {
  const rows: readonly (readonly [name: string, line: string, wanted: readonly string[]])[] = [
    ['short', 'a short line', ['a short line']],
    ['long', 'one two three four five', ['one two three four', '  five']],
    ['in columns', '  --to  one two three four', ['  --to  one two', '        three four']],
    ['of a source file', '  12 | one two three four five six', ['  12 | one two three four five six']],
    ['with marks below it', '     |     ^^^^^^^^^^^^^^^^^^^^', ['     |     ^^^^^^^^^^^^^^^^^^^^']],
    ['of one word', 'abcdefghijklmnopqrstuvwxyz', ['abcdefghijklmnopqrstuvwxyz']],
    ['in colour', '\u001b[1mone two\u001b[0m three four', ['\u001b[1mone two\u001b[0m three four']],
    ['empty', '', ['']],
  ];
  for (const [name, line, wanted] of rows)
    it(`are broken at blanks: ${name}`, () => assert.deepEqual(wrapLine(line, 20), wanted));

  it('are not broken if the output is not a terminal', () => {
    const text = `${'word '.repeat(100)}\nmore\n`;
    assert.equal(wrapLines(text, undefined), text);
    assert.equal(wrapLines(text, 0), text);
  });

  it('lose no word and fit, except for words that are too long', () => {
    const words = fc.array(fc.stringMatching(/^[a-z|:]{1,12}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 30, max: 100 }), (given, width) => {
        fc.pre(!given[0]?.startsWith('|'));
        const lines = wrapLine(given.join(' '), width);
        assert.deepEqual(lines.join(' ').split(/\s+/), given);
        for (const line of lines) assert.ok(line.length <= width, line);
      }),
    );
  });
});
