/*
 * Tables made from pairs of pattern and template, run by the mapping engine. Entry N is named `mappings:N`.
 */

import { type Environment, StepBudget } from '../../../lib/engine/environment.js';
import { createMappings } from '../../../lib/mapping/compile-tables.js';
import type { ApplyMapping } from '../../../lib/mapping/mapping.js';
import { parseEntry } from '../../../lib/mapping/parse-entry.js';
import type { MappingTable } from '../../../lib/mapping/syntax.js';
import type { SourceFile } from '../../../lib/text/source.js';
import { bindMappings } from '../../support/language.js';

/** Pattern and template, quoted as in a file. */
export type Pair = readonly [string, string];

function environment(): Environment {
  return { random: () => 0, uniqueString: () => 'u1', budget: new StepBudget(1_000_000) };
}

/** Binds parsed tables. */
export function applyTables(tables: readonly MappingTable[]): ApplyMapping {
  return bindMappings(createMappings(tables), environment());
}

/** Parses pairs into a table; a pair with errors is a mistake in the test and throws. */
export function tableOf(name: string, pairs: readonly Pair[]): MappingTable {
  const text = pairs.map((pair) => pair.join(' ')).join('\n');
  const source: SourceFile = { name: 'mappings', shortName: 'mappings', text };
  let offset = 0;
  const entries = pairs.map(([pattern, template]) => {
    const start = offset;
    offset += pattern.length + template.length + 2;
    const side = (sideText: string, from: number) => ({
      text: sideText,
      at: (at: number, length: number) => ({ source, offset: from + at, length }),
    });
    const parsed = parseEntry(
      { pattern: side(pattern, start), template: side(template, start + pattern.length + 1) },
      { source, offset: start, length: offset - start - 1 },
    );
    const [wrong] = parsed.diagnostics;
    if (wrong !== undefined) throw new Error(`${pattern} ${template}: ${wrong.message}`);
    return parsed.value;
  });
  return { kind: 'table', name, span: { source, offset: 0, length: 0 }, entries, comments: [] };
}

/** Binds one table of pairs. */
export function applyPairs(name: string, pairs: readonly Pair[]): ApplyMapping {
  return applyTables([tableOf(name, pairs)]);
}
