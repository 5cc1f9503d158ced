import assert from 'node:assert/strict';
import fc from 'fast-check';
import { longestLine, parseDatabaseLine } from '../../../runtime/databases/database-line.js';

describe('database-line', () => {
  const lines: [string, string][] = [
    ['jane.doe   jdoe%other.com@PROCESS-DAEMON', 'jane.doe = jdoe%other.com@PROCESS-DAEMON'],
    ['Key\tvalue with blanks \t', 'Key = value with blanks'],
    ['"a b"@c  d', '"a b"@c = d'],
    ['"a \\" b"@c  d', '"a \\" b"@c = d'],
    ['a"b c"d e "f', 'a"b c"d = e "f'],
    ['k ! no comment', 'k = ! no comment'],
    ['# v', '# = v'],
    ['__proto__ v', '__proto__ = v'],
    ['! a comment', 'nothing'],
    ['', 'nothing'],
    [' \t ', 'nothing'],
    [' key value', 'database/no-key 0 1'],
    ['key', 'database/no-value 0 3'],
    ['key   ', 'database/no-value 0 3'],
    ['"a b value', 'database/open-quote 0 1'],
    ['ab"c value', 'database/open-quote 2 1'],
    ['"a\\" v', 'database/open-quote 0 1'],
    [`k ${'v'.repeat(longestLine - 2)}`, `k = ${'v'.repeat(longestLine - 2)}`],
    [`k ${'v'.repeat(longestLine - 1)}`, `database/long-line ${longestLine} 1`],
  ];
  for (const [line, expected] of lines) {
    it(`reads \`${line.slice(0, 40)}\``, () => {
      const read = parseDatabaseLine(line);
      switch (read.kind) {
        case 'nothing':
          return assert.equal('nothing', expected);
        case 'entry':
          return assert.equal(`${read.key} = ${read.value}`, expected);
        case 'wrong':
          return assert.equal(`${read.code} ${read.offset} ${read.length}`, expected);
      }
    });
  }

  it('reads anything, and every place is in the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', ' ', '\t', '!', 'é') }), (line) => {
        const read = parseDatabaseLine(line);
        if (read.kind === 'wrong') assert.ok(read.offset + read.length <= line.length);
        if (read.kind === 'entry') {
          assert.notEqual(read.key, '');
          assert.equal(line.startsWith(read.key), true);
          assert.equal(line.trimEnd().endsWith(read.value), true);
        }
      }),
    );
  });
});
