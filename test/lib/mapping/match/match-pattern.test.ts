import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { heldBar } from '../../../../lib/address/bar.js';
import { StepBudget, StepLimitReached } from '../../../../lib/engine/environment.js';
import { compilePattern } from '../../../../lib/mapping/match/compile-pattern.js';
import { matchPattern } from '../../../../lib/mapping/match/match-pattern.js';
import { matchText, patternOf } from '../make.js';

type Row = readonly [pattern: string, probe: string, captures: readonly string[] | null];

const manual: readonly Row[] = [
  ['*/*', 'a/b/c', ['a/b', 'c']],
  ['$_*/$_*', 'a/b/c', ['a', 'b/c']],
  ['PSI$%*::*', 'PSI%A::B', ['A', 'B']],
  ['PSI$%*::*', 'PSIABC::DEF', null],
  ['$D*-$A*', '123-abc', ['123', 'abc']],
  ['$D*-$A*', '12x-abc', null],
  ['$B*', '0110', ['0110']],
  ['$[ax1]*@*.xyz.com', 'xx11aa@sys1.xyz.com', ['xx11aa', 'sys1']],
  ['$[ax1]*@*.xyz.com', '12a@node.xyz.com', null],
  ['$[a-f]%*', 'Cat', ['C', 'at']],
  ['HELLO*', 'hello world', [' world']],
  ['a$ b', 'a b', []],
  ['cost$$%', 'cost$5', ['5']],
  ['abc', 'abcd', null],
  ['*', '', ['']],
  ['*.$0*', 'ab.ab', ['ab', 'ab']],
  ['*.$0*', 'ab.cd', null],
  ['$@*@*', 'joe@h.com', ['h.com']],
  ['$(123.45.67.0/24)', '123.45.67.200', ['123.45.67.200']],
  ['$(123.45.67.0/24)', '123.45.68.1', null],
  ['$<123.45.67.4/2>', '123.45.67.7', ['123.45.67.7']],
  ['$X*', 'BEEF09', ['BEEF09']],
];

const wildcards: readonly Row[] = [
  ['', '', []],
  ['', 'a', null],
  ['%', '', null],
  ['%%', 'ab', ['a', 'b']],
  ['a%c', 'abc', ['b']],
  ['a%c', 'ac', null],
  ['**', 'ab', ['ab', '']],
  ['$_**', 'ab', ['', 'ab']],
  ['$_*$_*', 'ab', ['', 'ab']],
  ['*$_*x', 'axbx', ['axb', '']],
  ['$_*x*', 'axbx', ['a', 'bx']],
  ['*a*a*', 'aaaa', ['aa', '', '']],
  ['$_*a$_*a$_*', 'aaaa', ['', '', 'aa']],
  ['*aa*', 'aaa', ['a', '']],
  ['*ab*b', 'ababb', ['ab', '']],
  ['a*a', 'a', null],
  ['*|*|*', 'a|b|c|d', ['a|b', 'c', 'd']],
  ['$*$%$$', '*%$', []],
  ['a$\tb', 'a\tb', []],
  ['"*"(|).', '"x"(|).', ['x']],
  ['$_D*$D*', '123', ['', '123']],
  ['$D*%', '123', ['12', '3']],
  ['$D*$A*$D*', '12ab34', ['12', 'ab', '34']],
  ['$_D*%*', '12a', ['', '1', '2a']],
  ['$S*', 'a_$9', ['a_$9']],
  ['$S%', '-', null],
  ['$T*x', ' \t\vx', [' \t\v']],
  ['$O*', '0178', null],
  ['$h%$B%', 'f1', ['f', '1']],
  ['$[a-c\\-\\]\\\\]*', 'a-]\\B', ['a-]\\B']],
  ['$[$ x]*', 'x x', ['x x']],
  ['$[-x]*', '-x', ['-x']],
  ['$[x-]*', '-x', ['-x']],
  ['$[^a]%', '^', ['^']],
  ['$^*', 'a', ['a']],
  ['$@*.$_@D%*', 'a.1b', ['b']],
  ['$@_*/*', 'a/b/c', ['b/c']],
];

const backMatches: readonly Row[] = [
  ['*-$0', 'ab-AB', ['ab', 'AB']],
  ['*-$@0*', 'ab-ab', ['ab']],
  ['%$0*', 'aa', ['a', 'a']],
  ['%$0*', 'ab', null],
  ['*$0**', 'aabaab', ['aab', 'aab', '']],
  ['$_*$0**', 'aabaab', ['', '', 'aabaab']],
  ['$_D*.*.$0*', '12.x.12', ['12', 'x', '12']],
  ['*.*.$1*.$0*', 'a.b.b.a', ['a', 'b', 'b', 'a']],
  ['*|$0*', '|', ['', '']],
];

const addresses: readonly Row[] = [
  ['$(10.0.0.0/8)', '10.1.2.3', ['10.1.2.3']],
  ['$(10.0.0.0/8)', '11.1.2.3', null],
  ['$(10.1.2.3)', '10.1.2.3', ['10.1.2.3']],
  ['$(10.1.2.3)', '10.1.2.4', null],
  ['$<10.1.2.3>', '10.1.2.3', ['10.1.2.3']],
  ['$<10.1.2.3/32>', '9.9.9.9', ['9.9.9.9']],
  ['$(0.0.0.0/0)', '255.255.255.255', ['255.255.255.255']],
  ['$(128.0.0.0/1)', '200.1.1.1', ['200.1.1.1']],
  ['$(10.0.0.0/8)', '10.1.2.03', null],
  ['$(10.0.0.0/8)', '10.1.2', null],
  ['$(10.0.0.0/8)', '10.1.2.3.4', null],
  ['$(10.0.0.0/8)', '10.1.2.1234', null],
  ['$(10.0.0.0/8)*', '10.1.2.34', ['10.1.2.34', '']],
  ['*$(0.0.0.0/0)', '110.1.2.3', ['', '110.1.2.3']],
  ['*$(0.0.0.0/0)', '9.110.1.2.3', null],
  ['*$(10.0.0.0/8)', 'a.10.1.2.3', ['a.', '10.1.2.3']],
  ['TCP|*|25|$(192.168.0.0/16)|*', 'TCP|1.1.1.1|25|192.168.3.4|99', ['1.1.1.1', '192.168.3.4', '99']],
  ['$@(10.0.0.0/8).*', '10.1.2.3.x', ['x']],
  ['${2001:db8::/32}', '2001:DB8:1::1', ['2001:DB8:1::1']],
  ['${2001:db8::/32}', '2001:db9::1', null],
  ['${2001:db8::/33}', '2001:db8:8000::1', null],
  ['${::1}', '0:0:0:0:0:0:0:1', ['0:0:0:0:0:0:0:1']],
  ['${::ffff:0:0/96}', '::ffff:1.2.3.4', ['::ffff:1.2.3.4']],
  ['${::/0}', '1:2:3', null],
  ['${::/0}', '1:2:3:4:5:6:7:8:9', null],
  ['[IPv6:${2001:db8::/32}]', '[IPv6:2001:db8::25]', ['2001:db8::25']],
];

const characters: readonly Row[] = [
  ['%', '😀', ['😀']],
  ['*%', 'a😀', ['a', '😀']],
  ['$_*%', '😀a', ['😀', 'a']],
  ['%%', '😀', null],
  ['ÄRGER@*', 'ärger@x', ['x']],
  ['straße*', 'STRAßE1', ['1']],
  ['k', '\u212a', null],
  ['i', 'ı', null],
  ['$[ä]%', 'Ä', ['Ä']],
  ['$[а-я]*', 'ДОМ', ['ДОМ']],
  ['$[😀-😂]%', '😁', ['😁']],
  ['a|b', `a${heldBar}b`, null],
  ['a%b', `a${heldBar}b`, [heldBar]],
  ['*|*', `a${heldBar}b|c`, [`a${heldBar}b`, 'c']],
  ['$[|]%', heldBar, null],
];

function run(rows: readonly Row[]): void {
  for (const [pattern, probe, captures] of rows) {
    it(`${pattern} against ${JSON.stringify(probe)}`, () => {
      assert.deepEqual(matchText(pattern, probe)?.captures ?? null, captures);
    });
  }
}

describe('matchPattern', () => {
  describe('examples of the manuals', () => run(manual));
  describe('wildcards', () => run(wildcards));
  describe('back-matches', () => run(backMatches));
  describe('addresses', () => run(addresses));
  describe('characters', () => run(characters));

  describe('work', () => {
    const long = 'a'.repeat(1000);
    for (const pattern of [
      `${'*'.repeat(30)}x`,
      `${'$D*$_*'.repeat(15)}x`,
      `${'*a'.repeat(20)}$D%`,
      `${'$[a-c]*'.repeat(20)}b`,
      `${'%*'.repeat(20)}b$T*`,
    ]) {
      it(`${pattern.slice(0, 20)}... needs steps in proportion to pattern and probe`, () => {
        assert.equal(matchText(pattern, long, 200), null);
      });
    }

    it('a back-match runs out of steps instead of time', () => {
      const pattern = compilePattern(patternOf(`${'*'.repeat(12)}$0*b%`));
      assert.throws(() => matchPattern(pattern, `${long}bb!`, new StepBudget(50_000)), StepLimitReached);
    });

    it('a long pattern of single characters needs no deep stack', () => {
      const pattern = compilePattern(patternOf(`${'%'.repeat(4000)}$0*`));
      const match = matchPattern(pattern, 'a'.repeat(4001), new StepBudget(1_000_000));
      assert.equal(match?.captures.length, 4001);
    });
  });
});
