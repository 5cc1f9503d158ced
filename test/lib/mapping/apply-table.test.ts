import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { heldBar, holdBars } from '../../../lib/address/bar.js';
import { placeOf } from '../../../lib/diagnostics/source.js';
import { StepBudget, StepLimitReached } from '../../../lib/lookup/environment.js';
import { driveNow, failed, found, type LookupRequest } from '../../../lib/lookup/lookup.js';
import { applyTable, bindMappings } from '../../../lib/mapping/apply-table.js';
import { createMappings } from '../../../lib/mapping/compile-tables.js';
import type { TraceEvent } from '../../../lib/trace/trace.js';
import { type ApplyOptions, applyPairs, environmentOf, type Pairs, tableOf } from './make.js';

interface Case extends ApplyOptions {
  readonly name: string;
  readonly table: Pairs;
  readonly others?: Readonly<Record<string, Pairs>>;
  readonly probe: string;
  readonly matched?: boolean;
  readonly output: string;
  readonly flags?: string;
  readonly failed?: string;
}

function run(cases: readonly Case[]): void {
  for (const one of cases) {
    it(one.name, () => {
      const result = applyPairs({ T: one.table, ...one.others }, one.probe, one);
      assert.deepEqual(
        {
          matched: result.matched,
          output: result.output,
          flags: [...result.flags].sort().join(''),
          failed: result.failed,
        },
        {
          matched: one.matched ?? true,
          output: one.output,
          flags: one.flags ?? '',
          failed: one.failed ?? null,
        },
      );
    });
  }
}

const general = { k: 'v', 'a|b': 'bar', 'Jane.Doe': 'jdoe$N%other.com' };

const templates: readonly Case[] = [
  { name: 'no match leaves the probe', table: [['a', 'b$Y']], probe: 'c', matched: false, output: 'c' },
  { name: 'an empty template gives nothing', table: [['a', '']], probe: 'a', output: '' },
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
    name: '$C goes on',
    table: [
      ['a', 'b$C'],
      ['b', 'c'],
    ],
    probe: 'a',
    output: 'c',
  },
  {
    name: '$C goes on with the next entry',
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
    name: '$L comes round once',
    table: [
      ['b', 'c'],
      ['a', 'b$L'],
    ],
    probe: 'a',
    output: 'c',
  },
  { name: '$L comes round only once', table: [['*', '$0x$L']], probe: 'a', output: 'axx' },
  {
    name: '$L goes on first',
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
    name: 'the last control counts',
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
    name: 'a miss right of $C goes on',
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
    name: 'keys take the case asked for',
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

function echoKey(request: LookupRequest) {
  return found(request.kind === 'database' ? `<${request.key}>` : JSON.stringify(request));
}

const subTables: readonly Case[] = [
  {
    name: 'its output is put in',
    table: [['*', '<$|AUX;$0|>']],
    others: { AUX: [['k', '$Yv']] },
    probe: 'k',
    output: '<v>',
  },
  {
    name: 'its flags stay there',
    table: [['*', '$|aux;$0|$D']],
    others: { AUX: [['*', '$Y$N$X']] },
    probe: 'k',
    output: '',
    flags: 'D',
  },
  {
    name: 'without $Y it fails',
    table: [['*', '$|AUX;$0|']],
    others: { AUX: [['k', 'v']] },
    probe: 'k',
    output: 'k',
  },
  {
    name: 'without a match it fails',
    table: [
      ['*', '$C$|AUX;$0|$E'],
      ['*', '2'],
    ],
    others: { AUX: [['k', '$Yv']] },
    probe: 'x',
    output: '2',
  },
  { name: 'a missing table fails', table: [['*', '$|AUX;$0|']], probe: 'k', output: 'k' },
  {
    name: 'bars in an argument',
    table: [['*', '$|AUX;$0$|b|']],
    others: { AUX: [['*|b', '$Y$0']] },
    probe: 'a',
    output: 'a',
  },
  {
    name: 'held bars stay held',
    table: [['*', '$|AUX;$0|']],
    others: {
      AUX: [
        ['a|b', '$Ybad'],
        ['*', '$Y$0'],
      ],
    },
    probe: holdBars('a|b'),
    output: holdBars('a|b'),
  },
  {
    name: 'input flags are passed on',
    table: [['*', '$|AUX;$0|']],
    others: { AUX: [['*', '$:A$Yok']] },
    inputFlags: ['A'],
    probe: 'a',
    output: 'ok',
  },
  {
    name: 'tables that ask each other end in a failure',
    table: [['*', '$|AUX;$0|']],
    others: { AUX: [['*', '$|T;$0|$Y']] },
    probe: 'a',
    output: 'a',
    failed: 'tables ask each other more than 16 deep, at AUX',
  },
];

const unanswered: readonly Case[] = [
  {
    name: 'a database that does not answer',
    table: [
      ['*', '$Y$C${$0}'],
      ['*', '$Y'],
    ],
    probe: 'k',
    answer: () => failed('no route to it'),
    output: 'k',
    failed: 'no route to it',
  },
  {
    name: 'in a sub-table',
    table: [
      ['*', '$C$|AUX;$0|$E'],
      ['*', '$Y'],
    ],
    others: { AUX: [['*', '$Y${$0}']] },
    probe: 'k',
    answer: () => failed('gone'),
    output: 'k',
    failed: 'gone',
  },
  {
    name: 'a sequence file',
    table: [['*', '$#f#']],
    probe: 'k',
    answer: () => failed('full'),
    output: 'k',
    failed: 'full',
  },
  {
    name: 'a site routine',
    table: [['*', '$C$[i,r,a]$Y']],
    probe: 'k',
    output: 'k',
    failed: 'site routines are not provided',
  },
  {
    name: 'an LDAP look-up',
    table: [['*', '$]ldap:///[$Y']],
    probe: 'k',
    output: 'k',
    failed: 'LDAP look-ups in templates are not provided',
  },
];

describe('applyTable', () => {
  describe('templates', () => run(templates));
  describe('processing control', () => run(control));
  describe('failing entries', () => run(failing));
  describe('sub-tables', () => run(subTables));
  describe('what nobody can tell', () => run(unanswered));

  it('asks a sequence file for the number as written', () => {
    const requests: LookupRequest[] = [];
    const answer = (request: LookupRequest) => {
      requests.push(request);
      return found('0012');
    };
    const result = applyPairs({ T: [['*', 'n$#dir/f|8|4|100#$#g#']] }, 'a', { answer });
    assert.equal(result.output, 'n00120012');
    assert.deepEqual(requests, [
      { kind: 'sequence', file: 'dir/f', radix: 8, width: 4, modulus: 100 },
      { kind: 'sequence', file: 'g', radix: 10, width: 0, modulus: null },
    ]);
  });

  it('is null for a table that is not there, and finds names in any case', () => {
    const mappings = createMappings([tableOf('Some_Table', [['a', 'b']])]);
    const apply = bindMappings(mappings, environmentOf());
    const answer = () => failed('nothing is asked');
    assert.equal(driveNow(apply('OTHER', 'a', new Set()), answer), null);
    assert.equal(driveNow(apply('__proto__', 'a', new Set()), answer), null);
    assert.equal(driveNow(apply('SOME_table', 'a', new Set()), answer)?.output, 'b');
  });

  it('names the entries that ran, in order', () => {
    const result = applyPairs(
      {
        T: [
          ['b', 'c'],
          ['x', 'y'],
          ['a', 'b$R'],
        ],
      },
      'a',
    );
    assert.deepEqual(result.entries.map(placeOf), ['mappings:3', 'mappings:1']);
  });

  it('stops at the step limit', () => {
    const environment = { budget: new StepBudget(100) };
    assert.throws(
      () => applyPairs({ T: [['*x', '$0$R']] }, 'x'.repeat(200), { environment }),
      StepLimitReached,
    );
  });

  it('traces table, entry, look-up and end', () => {
    const events: TraceEvent[] = [];
    const mappings = createMappings([
      tableOf('T', [
        ['*|*', '$C${$0}'],
        ['*|*', '$N$1'],
      ]),
    ]);
    const environment = environmentOf({ trace: (event) => events.push(event) });
    const lookup = applyTable(mappings, 't', `a${heldBar}b|c`, { inputFlags: new Set(), environment });
    const absent = { kind: 'absent' } as const;
    driveNow(lookup, () => absent);
    const captures = ['a|b', 'c'];
    const input = 'a|b|c';
    const request = { kind: 'database', database: 'general', key: 'a|b' } as const;
    const entry = { kind: 'entry-matched', table: 'T', input, captures } as const;
    assert.deepEqual(events, [
      { kind: 'table-probed', table: 'T', probe: input },
      { kind: 'lookup', request, answer: absent },
      { ...entry, place: 'mappings:1', output: input, flags: [], control: 'C', failed: '${$0}' },
      { ...entry, place: 'mappings:2', output: 'c', flags: ['N'], control: 'E' },
      { kind: 'table-ends', table: 'T', matched: true, output: 'c', flags: ['N'] },
    ]);
  });
});
