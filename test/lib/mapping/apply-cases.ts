/*
 * Mapping tables in tables: a probe, and the expected output, flags and failure.
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import { found, type LookupRequest } from '../../../lib/engine/lookup.js';
import { type ApplyOptions, applyPairs, type Pairs } from './make.js';

/** One probe to table T, with others beside it. */
export interface Case extends ApplyOptions {
  readonly name: string;
  readonly table: Pairs;
  readonly others?: Readonly<Record<string, Pairs>>;
  readonly probe: string;
  readonly matched?: boolean;
  readonly output: string;
  readonly flags?: string;
  readonly failed?: string;
}

/** A test for each case. */
export function run(cases: readonly Case[]): void {
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

/** Answers a look-up with its own key. */
export function echoKey(request: LookupRequest) {
  return found(request.kind === 'database' ? `<${request.key}>` : JSON.stringify(request));
}
