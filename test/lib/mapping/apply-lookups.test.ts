import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { heldBar, holdBars } from '../../../lib/address/bar.js';
import { StepBudget, StepLimitReached } from '../../../lib/engine/environment.js';
import { driveNow, failed, found, type LookupRequest } from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import { applyTable } from '../../../lib/mapping/apply-table.js';
import { createMappings } from '../../../lib/mapping/compile-tables.js';
import { placeOf } from '../../../lib/text/places.js';
import { bindMappings } from '../../support/language.js';
import { type Case, run } from './apply-cases.js';
import { applyPairs, environmentOf, tableOf } from './make.js';

const subTables: readonly Case[] = [
  {
    name: 'its output is inserted',
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
    name: 'tables that call each other end in a failure',
    table: [['*', '$|AUX;$0|']],
    others: { AUX: [['*', '$|T;$0|$Y']] },
    probe: 'a',
    output: 'a',
    failed: 'tables call each other more than 16 levels deep, at AUX',
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
    answer: () => failed('late'),
    output: 'k',
    failed: 'late',
  },
  {
    name: 'an LDAP look-up',
    table: [
      ['*', '$C$]ldap:///o=x?mail?sub?(uid=$0)[$Y'],
      ['*', '$N'],
    ],
    probe: 'k',
    answer: () => failed('down'),
    output: 'k',
    failed: 'down',
  },
];

describe('applyTable', () => {
  describe('sub-tables', () => run(subTables));
  describe('failed look-ups', () => run(unanswered));

  it('requests the number from a sequence file as written', () => {
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

  it('is null for a missing table, and finds names in any case', () => {
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
