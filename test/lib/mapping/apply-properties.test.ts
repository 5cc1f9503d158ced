import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { StepBudget, StepLimitReached } from '../../../lib/engine/environment.js';
import { absent, driveNow, failed, found } from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import { applyTable } from '../../../lib/mapping/apply-table.js';
import { createMappings, type Mappings } from '../../../lib/mapping/compile-tables.js';
import type { MappingTable } from '../../../lib/mapping/syntax.js';
import { anyPattern, anyTemplate, shortProbe } from './arbitrary.js';
import { environmentOf, tableOf } from './make.js';

const anyTable = fc.array(fc.tuple(anyPattern, anyTemplate), { maxLength: 6 }).map((pairs) => {
  const empty = tableOf('OTHER', [['*', '']]);
  const [sample] = empty.entries;
  const entries = pairs.flatMap(([pattern, template]) =>
    sample === undefined ? [] : [{ ...sample, pattern, template }],
  );
  return { ...empty, entries };
});

const answers = fc.constantFrom(absent, found('a'), found('$Nb|c'), failed('gone'));

/** Tables of literal fields and wildcards, long enough for an index, and probes of the same fields. */
const field = fc.constantFrom(
  'tcp_local',
  '*',
  '$_*',
  '*@b.example',
  'a@b.example',
  '*é*',
  '%*',
  '$D*',
  '10.1.2.3',
);
const longTable = fc
  .array(
    fc.tuple(
      fc.array(field, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('$Y', '$0|x$C', 'a|$1$L', '$1$R'),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((entries) =>
    tableOf(
      'OTHER',
      entries.map(([fields, template]) => [fields.join('|'), template]),
    ),
  );
const part = fc.constantFrom(
  'tcp_local',
  'TCP_Local',
  'c',
  'a@b.example',
  'x@B.example',
  'É',
  '7',
  '10.1.2.3',
);
const longProbe = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('|'));

/** The same table with every entry tried, in order. */
function withoutIndex(table: MappingTable): Mappings {
  const plain = new Map(createMappings([table]));
  for (const [key, compiled] of plain) {
    const always = Int32Array.from(compiled.entries.keys());
    plain.set(key, { ...compiled, index: { ...compiled.index, always, hashes: new Uint32Array() } });
  }
  return plain;
}

describe('applyTable, for any table and probe', () => {
  it('terminates, with a result or at the step limit, and answers the same twice', () => {
    fc.assert(
      fc.property(anyTable, shortProbe, answers, (table, probe, answer) => {
        const mappings = createMappings([table]);
        const run = () => {
          const environment = environmentOf({ budget: new StepBudget(20_000) });
          try {
            return driveNow(
              applyTable(mappings, 'other', probe, { inputFlags: new Set(), environment }),
              () => answer,
            );
          } catch (error) {
            if (error instanceof StepLimitReached) return error.message;
            throw error;
          }
        };
        const first = run();
        assert.deepEqual(run(), first);
        if (first === null || typeof first === 'string') return;
        assert.equal(first.matched, first.entries.length > 0);
        if (!first.matched) assert.equal(first.output, probe);
        if (first.failed !== null) assert.equal(first.flags.size, 0);
      }),
      { numRuns: 1000 },
    );
  });

  function outcome(mappings: Mappings, probe: string, trace?: (event: TraceEvent) => void) {
    const environment = environmentOf({
      budget: new StepBudget(20_000),
      ...(trace === undefined ? {} : { trace }),
    });
    const context = { inputFlags: new Set<string>(), environment };
    try {
      return driveNow(applyTable(mappings, 'other', probe, context), () => found('x'));
    } catch (error) {
      if (error instanceof StepLimitReached) return error.message;
      throw error;
    }
  }

  for (const [shape, tables, probes] of [
    ['any entries', anyTable, shortProbe],
    ['entries of fields', longTable, longProbe],
  ] as const) {
    it(`answers as trying all entries in order does, with and without a listener: ${shape}`, () => {
      fc.assert(
        fc.property(tables, probes, (table, probe) => {
          const events: TraceEvent[] = [];
          const got = outcome(createMappings([table]), probe);
          assert.deepEqual(outcome(withoutIndex(table), probe), got);
          assert.deepEqual(
            outcome(createMappings([table]), probe, (event) => events.push(event)),
            got,
          );
        }),
        { numRuns: 2000 },
      );
    });
  }
});
