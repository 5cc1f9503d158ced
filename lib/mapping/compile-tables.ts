/*
 * The tables of a policy, ready to be asked: each entry with its compiled pattern, each table with its index.
 */
import type { Span } from '../diagnostics/source.js';
import { atOnce, eachInSlices, type Slices } from '../lookup/slices.js';
import { tableKey } from './check-tables.js';
import { type CompiledPattern, compilePattern } from './compile-pattern.js';
import { type EntryIndex, indexInSlices } from './entry-index.js';
import type { MappingTable, MappingTemplate } from './syntax.js';

/** An entry, ready to be tried. */
export interface CompiledEntry {
  readonly pattern: CompiledPattern;
  readonly template: MappingTemplate;
  readonly span: Span;
}

/** A table, ready to be asked. */
export interface CompiledTable {
  readonly name: string;
  readonly entries: readonly CompiledEntry[];
  readonly index: EntryIndex;
}

/** All tables of a policy by upper-case name. */
export type Mappings = ReadonlyMap<string, CompiledTable>;

/** Compiles tables. Of two with one name the first counts; `findDuplicateTables` reports the other. */
export function* compileTablesInSlices(tables: readonly MappingTable[]): Slices<Mappings> {
  const mappings = new Map<string, CompiledTable>();
  for (const { name, entries } of tables) {
    if (mappings.has(tableKey(name))) continue;
    const compiled: CompiledEntry[] = [];
    yield* eachInSlices(entries, ({ pattern, template, span }) =>
      compiled.push(Object.freeze({ pattern: compilePattern(pattern), template, span })),
    );
    const index = yield* indexInSlices(compiled.map((entry) => entry.pattern));
    mappings.set(tableKey(name), Object.freeze({ name, entries: Object.freeze(compiled), index }));
  }
  return mappings;
}

/** The same at once. */
export function createMappings(tables: readonly MappingTable[]): Mappings {
  return atOnce(compileTablesInSlices(tables));
}
