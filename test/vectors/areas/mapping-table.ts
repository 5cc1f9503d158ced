/*
 * A string run through one mapping table.
 *   input     table, input, inputFlags, generalDatabase, random; every further list is a table of that name
 *   expected  matched, output, flags, entries (by number), failed, terminates
 */
import { bindMappings } from '../../support/language.js';
import { type Area, computed } from '../area.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

/** The flags of a field, upper-case: a list, or letters in one text. */
export function readFlags(input: VectorInput, key: string): ReadonlySet<string> {
  return new Set(input.texts(key).flatMap((text) => [...text.toUpperCase()]));
}

export const mappingTable: Area = (input) => {
  const probe = input.text('input');
  const inputFlags = readFlags(input, 'inputFlags');
  const run = new EngineRun(readOutsideWorld(input));
  const table = input.pairs('table');
  const tables = new MappingTables();
  const furtherTables = input.section('tables') ?? input.section('mappings');
  for (const further of furtherTables?.unread() ?? [])
    tables.add(further, furtherTables?.pairs(further) ?? []);
  const name = input.textOr('name', 'TABLE');
  for (const further of input.unread()) tables.add(further, input.pairs(further));
  // The name of the table itself matters only if another one consults it.
  const own = tables.has(name) ? `${name}-ASKED` : name;
  tables.add(own, table);
  const result = run.drive(bindMappings(tables.compile(), run.environment)(own, probe, inputFlags));
  if (result === null) throw new VectorProblem('the table of the vector was not found');
  return computed(
    {
      matched: result.matched,
      output: result.output,
      flags: [...result.flags].sort(),
      entries: tables.numbersOf(result.entries),
      failed: result.failed,
      terminates: true,
    },
    tables.remarks,
  );
};
