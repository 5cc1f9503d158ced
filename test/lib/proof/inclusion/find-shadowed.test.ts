import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { heldBar } from '../../../../lib/address/bar.js';
import { StepBudget, StepLimitReached } from '../../../../lib/engine/environment.js';
import type { TraceEvent } from '../../../../lib/engine/trace.js';
import { createMappings } from '../../../../lib/mapping/compile-tables.js';
import { findShadowed, type ShadowReport } from '../../../../lib/proof/inclusion/find-shadowed.js';
import { applyPairs, type Pairs, tableOf } from '../../mapping/make.js';

function shadowsOf(pairs: Pairs, left = 10_000_000): ShadowReport {
  const table = tableOf('T', pairs);
  const compiled = createMappings([table]).get('T');
  if (compiled === undefined) throw new Error('there is a table T');
  return findShadowed(table.entries, compiled, { left });
}

/** Each entry that never runs with those that cover it, as `2: 0 1`. */
function shadowed(...pairs: Pairs): string[] {
  return shadowsOf(pairs).shadowed.map(({ entry, takenBy }) => `${entry}: ${takenBy.join(' ')}`.trim());
}

type Row = readonly [name: string, pairs: Pairs, expected: readonly string[]];

const rows: readonly Row[] = [
  [
    'nothing',
    [
      ['a*', 'x'],
      ['b*', 'y'],
    ],
    [],
  ],
  [
    'a wider entry above',
    [
      ['tcp_*|*', '$N'],
      ['tcp_local|*', '$Y'],
    ],
    ['1: 0'],
  ],
  [
    'a wider entry below',
    [
      ['tcp_local|*', '$Y'],
      ['tcp_*|*', '$N'],
    ],
    [],
  ],
  [
    'a wider entry above with a routine whose text lets later entries go on',
    [
      ['tcp_*|*', '$[dns_verify,dns_verify,$0|$$C|$$N]'],
      ['tcp_local|*', '$Y'],
    ],
    [],
  ],
  [
    'the same twice, case apart',
    [
      ['A|b', '$N'],
      ['a|B', '$Y'],
    ],
    ['1: 0'],
  ],
  [
    'two that cover it together',
    [
      ['$[a-m]%', '1'],
      ['$[n-z]%', '2'],
      ['$A%', '3'],
    ],
    ['2: 0 1'],
  ],
  [
    'two that leave something',
    [
      ['$[a-m]%', '1'],
      ['$[o-z]%', '2'],
      ['$A%', '3'],
    ],
    [],
  ],
  [
    'an entry above that continues',
    [
      ['*', '$C$0$Y'],
      ['a', 'x'],
    ],
    [],
  ],
  [
    'an entry above that fails and continues',
    [
      ['*', '$C$:A$Y$E'],
      ['a', 'x'],
    ],
    [],
  ],
  [
    'an entry above that fails and ends',
    [
      ['*', '$:A$Y'],
      ['a', 'x'],
    ],
    ['1: 0'],
  ],
  [
    'an entry above that starts again',
    [
      ['a*', 'b$0$R'],
      ['ab', 'x'],
    ],
    ['1: 0'],
  ],
  [
    'an entry above that stops in any case',
    [
      ['*', '$Y$+1E$C'],
      ['a', 'x'],
    ],
    ['1: 0'],
  ],
  [
    'unknown text handed on past the taker',
    [
      ['a*', '$E'],
      ['b*', '$C$0'],
      ['ab', 'x'],
    ],
    [],
  ],
  [
    'fixed text handed on past the taker',
    [
      ['a*', '$E'],
      ['b*', '$Cac'],
      ['ab', 'x'],
      ['ac', 'y'],
    ],
    ['2: 0'],
  ],
  [
    'passed on, and covered below',
    [
      ['b*', '$C$0'],
      ['a*', '$E'],
      ['ab', 'x'],
    ],
    ['2: 1'],
  ],
  [
    'the idiom of the manual',
    [
      ['TCP|*', '$C$?25?$Y'],
      ['TCP|*', '$N'],
      ['TCP|x', '$Y'],
    ],
    ['2: 1'],
  ],
  ['a pattern without any text', [['$(1.2.3.4)5', 'x']], ['0:']],
  [
    'networks',
    [
      ['$(10.0.0.0/8)', '$N'],
      ['$(10.2.0.0/16)', '$Y'],
      ['$(11.2.0.0/16)', '$Y'],
    ],
    ['1: 0'],
  ],
  [
    'back-matches below',
    [
      ['*.*', '$N'],
      ['*.$0*', '$Y'],
    ],
    ['1: 0'],
  ],
  [
    'back-matches twice',
    [
      ['*.$0*', '$N'],
      ['*.$0*', '$Y'],
    ],
    ['1: 0'],
  ],
  [
    'back-matches above',
    [
      ['*.$0*', '$N'],
      ['a.a', '$Y'],
    ],
    [],
  ],
];

describe('entries that never run', () => {
  for (const [name, pairs, expected] of rows) {
    it(name, () => assert.deepEqual(shadowed(...pairs), expected));
  }

  it('are counted as undecided if only a back-match may cover them', () => {
    assert.deepEqual(
      shadowsOf([
        ['*.$0*', '$N'],
        ['a.a', '$Y'],
      ]),
      { shadowed: [], undecided: 1, leftOut: 0 },
    );
  });

  it('are left out when the limit is used up', () => {
    const { leftOut } = shadowsOf(
      [
        ['a', 'x'],
        ['b', 'y'],
        ['c', 'z'],
      ],
      0,
    );
    assert.equal(leftOut, 3);
  });

  const part = fc.constantFrom('a', 'b', '|', '*', '%', '$A*', '$[ab]%');
  const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const template = fc.constantFrom(
    '$N',
    '$Y',
    '$0',
    'ab',
    '$R',
    '$Ca|b',
    '$C$0',
    '$C$:A$Y$E',
    '$:A$Y',
    '$L$0',
    '$Ca',
  );
  const table = fc.array(fc.tuple(pattern, template), { minLength: 2, maxLength: 7 });
  const probe = fc.string({ unit: fc.constantFrom('a', 'b', '|', 'c'), maxLength: 5 });

  /** The entries that run for a probe; a table that loops is followed for a while. */
  function entriesRun(pairs: Pairs, text: string, flag: boolean): number[] {
    const run: number[] = [];
    const trace = (event: TraceEvent) => {
      // Every entry is on its own line.
      if (event.kind === 'entry-matched') run.push(Number(event.place.split(':')[1]) - 1);
    };
    try {
      const environment = { trace, budget: new StepBudget(2_000) };
      applyPairs({ T: pairs }, text, { inputFlags: flag ? ['A'] : [], environment });
    } catch (error) {
      if (!(error instanceof StepLimitReached)) throw error;
    }
    return run;
  }

  it('never run in the real table', () => {
    let found = 0;
    fc.assert(
      fc.property(
        table,
        fc.array(probe, { minLength: 40, maxLength: 40 }),
        fc.boolean(),
        (pairs, probes, flag) => {
          const never = new Set(shadowsOf(pairs).shadowed.map(({ entry }) => entry));
          found += never.size;
          for (const text of probes) {
            for (const entry of entriesRun(pairs, text, flag)) assert.ok(!never.has(entry), text);
          }
        },
      ),
      { numRuns: 600 },
    );
    assert.ok(found > 100);
  });

  it('never run for a probe of so many fields, whatever bars are held in it', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'b', heldBar), maxLength: 2 });
    const probes = fc.array(fc.tuple(field, field, field), { minLength: 40, maxLength: 40 });
    const fields = fc.array(fc.constantFrom('a', 'b', '*', '%', '|', '*|', '%*'), {
      minLength: 1,
      maxLength: 5,
    });
    const ends = fc.constantFrom('$N', '$Y', '$:A$Y', '$C$:A$Y$E');
    const pairs = fc.array(
      fc.tuple(
        fields.map((parts) => parts.join('')),
        ends,
      ),
      { minLength: 2, maxLength: 6 },
    );
    let found = 0;
    fc.assert(
      fc.property(pairs, probes, (written, texts) => {
        const entries = tableOf('T', written);
        const compiled = createMappings([entries]).get('T');
        assert.ok(compiled !== undefined);
        const report = findShadowed(entries.entries, compiled, { left: 1_000_000 }, new Set([2]));
        const never = new Set(report.shadowed.map(({ entry }) => entries.entries[entry]?.span.offset));
        found += never.size;
        for (const text of texts.map((parts) => parts.join('|'))) {
          for (const { offset } of applyPairs({ T: written }, text).entries)
            assert.ok(!never.has(offset), text);
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(found > 100);
  });

  it('are found without comparing each with all', () => {
    const pairs = Array.from({ length: 3_000 }, (_, at): [string, string] => [`*|user${at}@*|*|*`, '$N']);
    const limit = { left: 10_000_000 };
    const entries = tableOf('T', [...pairs, ['l|user7@x|*|*', '$Y']]);
    const compiled = createMappings([entries]).get('T');
    assert.ok(compiled !== undefined);
    const report = findShadowed(entries.entries, compiled, limit);
    assert.deepEqual(report, { shadowed: [{ entry: 3_000, takenBy: [7] }], undecided: 0, leftOut: 0 });
    assert.ok(10_000_000 - limit.left < 40 * pairs.length);
  });
});
