import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { StepBudget, StepLimitReached } from '../../../lib/engine/environment.js';
import { absent, driveNow, failed, found } from '../../../lib/engine/lookup.js';
import { applyTable } from '../../../lib/mapping/apply-table.js';
import { createMappings } from '../../../lib/mapping/compile-tables.js';
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
});
