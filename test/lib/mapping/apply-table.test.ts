import { describe } from 'mocha';
import { heldBar } from '../../../lib/address/bar.js';
import { type Case, echoKey, run } from './apply-cases.js';

const general = { k: 'v', 'a|b': 'bar', 'Jane.Doe': 'jdoe$N%other.com' };

const templates: readonly Case[] = [
  { name: 'no match leaves the probe', table: [['a', 'b$Y']], probe: 'c', matched: false, output: 'c' },
  { name: 'an empty template gives an empty output', table: [['a', '']], probe: 'a', output: '' },
  {
    name: 'wildcards by number',
    table: [['PSI$%*::*', '$1@$0.psi.siroe.com']],
    probe: 'PSI%1234::USER',
    output: 'USER@1234.psi.siroe.com',
  },
  { name: 'a missing wildcard is empty', table: [['*', '<$0$7>']], probe: 'a', output: '<a>' },
  { name: 'a digit after a wildcard', table: [['*', '$01']], probe: 'a', output: 'a1' },
  { name: 'quoting', table: [['a', '$$$ $\tb$.$(']], probe: 'a', output: '$ \tb.(' },
  { name: 'case control', table: [['*@*', '$\\$0$_@$1']], probe: 'JDoe@Host.COM', output: 'jdoe@Host.COM' },
  { name: 'upper case, until told otherwise', table: [['*', '$^x$0y$\\Z']], probe: 'q', output: 'XQYz' },
  { name: 'flags in either case', table: [['a', '$nGo$ away']], probe: 'a', output: 'Go away', flags: 'N' },
  { name: 'a flag takes no argument', table: [['a', '$D30|No$N']], probe: 'a', output: '30|No', flags: 'DN' },
  { name: 'flags of punctuation', table: [['a', '$<log$>$,$!']], probe: 'a', output: 'log', flags: '!,<>' },
  {
    name: 'filter quoting of wildcards only',
    table: [['*', '(x=$=$0$_)$0']],
    probe: 'a*',
    output: '(x=a\\2a)a*',
  },
];

const control: readonly Case[] = [
  {
    name: 'the first match counts',
    table: [
      ['a', '1'],
      ['a', '2'],
    ],
    probe: 'a',
    output: '1',
  },
  {
    name: '$E is assumed',
    table: [
      ['a', 'b'],
      ['b', 'c'],
    ],
    probe: 'a',
    output: 'b',
  },
  {
    name: '$C continues',
    table: [
      ['a', 'b$C'],
      ['b', 'c'],
    ],
    probe: 'a',
    output: 'c',
  },
  {
    name: '$C continues with the next entry',
    table: [
      ['b', 'x'],
      ['a', 'b$C'],
    ],
    probe: 'a',
    output: 'b',
  },
  {
    name: '$R starts again',
    table: [
      ['b', 'c'],
      ['a', 'b$R'],
    ],
    probe: 'a',
    output: 'c',
  },
  {
    name: '$L starts over once',
    table: [
      ['b', 'c'],
      ['a', 'b$L'],
    ],
    probe: 'a',
    output: 'c',
  },
  { name: '$L comes round only once', table: [['*', '$0x$L']], probe: 'a', output: 'axx' },
  {
    name: '$L continues first',
    table: [
      ['b', '1'],
      ['a', 'b$L'],
      ['b', '2'],
    ],
    probe: 'a',
    output: '2',
  },
  {
    name: 'a later $C overrides $L',
    table: [
      ['c', '1'],
      ['a', 'b$L'],
      ['b', 'c$C'],
    ],
    probe: 'a',
    output: 'c',
  },
  { name: 'flags survive', table: [['a', '$C$Yb']], probe: 'a', output: 'b', flags: 'Y' },
  {
    name: 'flags add up',
    table: [
      ['a', '$C$Yb'],
      ['b', '$N$Xc'],
    ],
    probe: 'a',
    output: 'c',
    flags: 'NXY',
  },
  {
    name: 'the last control is used',
    table: [
      ['a', '$C$Rb$E'],
      ['b', 'c'],
    ],
    probe: 'a',
    output: 'b',
  },
  {
    name: '$+1E ends the template',
    table: [
      ['a', '$Cb$+1E$Nc'],
      ['b', 'c'],
    ],
    probe: 'a',
    output: 'b',
  },
  { name: '$R without change ends', table: [['*', '$0$R']], probe: 'abc', output: 'abc' },
  { name: '$R that grows ends', table: [['*', '$0x$R']], probe: '', output: 'x'.repeat(12) },
  { name: '$R may shrink for ever', table: [['*x', '$0$R']], probe: 'x'.repeat(60), output: '' },
  {
    name: 'growing output ends in a failure',
    table: [['*', '$0$0$0$0$0$0$R']],
    probe: 'abc',
    output: 'abc'.repeat(6 ** 5),
    failed: 'the output of a mapping is too long',
  },
];

const failing: readonly Case[] = [
  {
    name: 'a miss ends the mapping',
    table: [
      ['*', '${$0}'],
      ['*', '$Ysecond'],
    ],
    probe: 'x',
    output: 'x',
  },
  {
    name: 'a miss right of $C continues',
    table: [
      ['*', '$C${$0}$E'],
      ['*', '$Ysecond'],
    ],
    probe: 'x',
    output: 'second',
    flags: 'Y',
  },
  {
    name: 'a hit ends',
    table: [
      ['*', '$C${$0}$E'],
      ['*', '$Ysecond'],
    ],
    probe: 'k',
    general,
    output: 'v',
  },
  {
    name: 'a $C right of a miss does not count',
    table: [
      ['*', '${$0}$C'],
      ['*', '2'],
    ],
    probe: 'x',
    output: 'x',
  },
  { name: 'a $R left of a miss restarts', table: [['*', '$Rq${$0}']], probe: 'x', output: 'x' },
  {
    name: 'an entry that fails leaves no flag',
    table: [
      ['*', '$C$N${$0}'],
      ['*', '2'],
    ],
    probe: 'x',
    output: '2',
  },
  {
    name: 'what is found is plain text',
    table: [['*', '<${$0}>']],
    probe: 'jane.doe',
    general,
    output: '<jdoe$N%other.com>',
  },
  { name: 'what is found takes the case', table: [['*', '$^${k}']], probe: '', general, output: 'V' },
  {
    name: 'keys have the requested case',
    table: [['*', '${$^$0}']],
    probe: 'k',
    answer: echoKey,
    output: '<K>',
  },
  {
    name: 'a held bar is a bar in a key',
    table: [['*', '${$0}']],
    probe: `a${heldBar}b`,
    general,
    output: 'bar',
  },
  {
    name: 'chance of 100',
    table: [
      ['a', '$C$?100?$Y'],
      ['a', '$Nlater'],
    ],
    probe: 'a',
    output: '',
    flags: 'Y',
  },
  {
    name: 'chance of 25, lost',
    table: [
      ['a', '$C$?25?$Y'],
      ['a', '$Nlater'],
    ],
    probe: 'a',
    output: 'later',
    flags: 'N',
    environment: { random: () => 0.25 },
  },
  {
    name: 'chance of 25, won',
    table: [
      ['a', '$C$?25?$Y'],
      ['a', '$Nlater'],
    ],
    probe: 'a',
    output: '',
    flags: 'Y',
    environment: { random: () => 0.2499 },
  },
  { name: 'chance of 0', table: [['a', 'b$?0?']], probe: 'a', output: 'a', environment: { random: () => 0 } },
  {
    name: 'input flag set',
    table: [
      ['*', '$C$:A$Y$E'],
      ['*', '$Nno'],
    ],
    probe: 'x',
    inputFlags: ['A'],
    output: '',
    flags: 'Y',
  },
  {
    name: 'input flag not set',
    table: [
      ['*', '$C$:a$Y$E'],
      ['*', '$Nno'],
    ],
    probe: 'x',
    output: 'no',
    flags: 'N',
  },
  { name: 'input flag clear', table: [['*', '$;A$Y']], probe: 'x', output: '', flags: 'Y' },
  { name: 'input flag not clear', table: [['*', '$;A$Y']], probe: 'x', inputFlags: ['A'], output: 'x' },
];

describe('an entry that matches', () => {
  describe('expands its template', () => run(templates));
  describe('determines the next entry', () => run(control));
  describe('may fail', () => run(failing));
});
