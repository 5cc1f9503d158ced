/*
 * Simple answers of a table, for tests that need no table.
 */

import { absent, driveNow, type Lookup } from '../../../lib/engine/lookup.js';
import type { ApplyMapping, MappingResult } from '../../../lib/mapping/mapping.js';
import type { SourceFile, Span } from '../../../lib/text/source.js';

const source: SourceFile = { name: 'mappings', shortName: 'mappings', text: 'T\n\n  a $N\n  b $Y\n' };

/** The place `mappings:3` or `mappings:4`. */
export function entryAt(line: 3 | 4): Span {
  return { source, offset: line === 3 ? 5 : 12, length: 4 };
}

/** An answer with flags, given as one string of letters, and an output. */
export function answered(flags: string, output: string, more: Partial<MappingResult> = {}): MappingResult {
  return { matched: true, output, flags: new Set(flags), entries: [entryAt(3)], failed: null, ...more };
}

/** The answer of a table without a matching entry. */
export function unmatched(probe: string): MappingResult {
  return { matched: false, output: probe, flags: new Set(), entries: [], failed: null };
}

/** A mapping that queries a database and always gives the same answer; it records its queries. */
export function always(result: MappingResult | null): { apply: ApplyMapping; asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    apply: function* (table, probe, inputFlags) {
      asked.push([table, probe, [...inputFlags].join('')]);
      yield { kind: 'database', database: 'general', key: probe };
      return result;
    },
  };
}

/** Runs a look-up in which every request is answered with `absent`. */
export function run<T>(lookup: Lookup<T>): T {
  return driveNow(lookup, () => absent);
}
