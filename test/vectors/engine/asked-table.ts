/*
 * A string through one mapping table whose routines are answered by the vector, as vectors of routines expect it.
 */
import { bindMappings } from '../../support/language.js';
import type { Actual } from '../compare.js';
import type { JsonObject } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { Pair, VectorInput } from '../vector-input.js';
import { EngineRun, emptyWorld, type OutsideWorld } from './engine-run.js';
import { MappingTables } from './mapping-tables.js';

export interface AskedTable {
  readonly pairs: readonly Pair[];
  readonly probe: string;
  readonly flags?: ReadonlySet<string>;
  /** Further tables, which the entries consult. */
  readonly others?: ReadonlyMap<string, readonly Pair[]>;
  readonly routine: NonNullable<OutsideWorld['routine']>;
}

/** The result of the table. A failure ends the mapping and is a problem of the vector. */
export function runAskedTable({ pairs, probe, flags = new Set(), others = new Map(), routine }: AskedTable) {
  const tables = new MappingTables();
  for (const [name, entries] of others) tables.add(name, entries);
  tables.add('ASKED', pairs);
  if (tables.remarks.length > 0) throw new VectorProblem(tables.remarks.join('\n'));
  const run = new EngineRun({ ...emptyWorld, routine });
  const result = run.drive(bindMappings(tables.compile(), run.environment)('ASKED', probe, flags));
  if (result === null) throw new VectorProblem('the table of the vector was not found');
  return result;
}

/** The same for a vector: `table`, `probe` and `flags_in`; `output_prefix` and `text_contains` are parts of the output. */
export function answerOfTable(
  input: VectorInput,
  expected: JsonObject,
  asked: Pick<AskedTable, 'routine' | 'others'>,
): Actual {
  const flags = new Set(input.texts('flags_in').flatMap((text) => [...text.toUpperCase()]));
  const result = runAskedTable({ pairs: input.pairs('table'), probe: input.text('probe'), flags, ...asked });
  const { output_prefix: prefix, text_contains: part } = expected;
  const { output } = result;
  return {
    output,
    flags: [...result.flags].sort(),
    matched: result.matched,
    verdict: result.flags.has('N') ? 'reject' : 'allow',
    output_prefix: typeof prefix === 'string' && output.startsWith(prefix) ? prefix : output,
    text_contains: typeof part === 'string' && output.includes(part) ? part : output,
  };
}
