import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describePattern } from '../../../lib/mapping/describe-pattern.js';
import { patternOf } from './make.js';

const rows: readonly (readonly [pattern: string, lines: readonly string[]])[] = [
  ['', []],
  [
    '$[ax1]*@*.xm',
    ['[ 1S] cglob [1ax]', '[ 2] "@"', '[ 3S] glob, req 109, reps 2', '[ 4] "."', '[ 5] "x"', '[ 6] "m"'],
  ],
  ['%$_@*$@D%', ['[ 1S] char, reps 1', '[ 2] lazy glob, req 0, reps 2', '[ 3] cchar digits']],
  ['$[c-fad]%$0*', ['[ 1S] cchar [ac-f]', '[ 2S] back-match 0']],
  ['$<1.2.3.4/2>', ['[ 1S] address 1.2.3.4, all but the low 2 bits']],
  ['$@{::1}', ['[ 1] address ::1, 128 bits']],
];

describe('describePattern', () => {
  for (const [pattern, lines] of rows) {
    it(`${pattern}`, () => assert.deepEqual(describePattern(patternOf(pattern)), lines));
  }
});
