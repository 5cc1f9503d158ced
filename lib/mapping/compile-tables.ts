/*
 * The tables of a policy, compiled: each entry with its compiled pattern, each table with its index.
 */
import { atOnce, eachInSlices, type Slices } from '../text/index.js';
import { type CompiledEntry, EntryCompiler } from './entry-compiler.js';
import type { CompiledPattern } from './match/compile-pattern.js';
import { type EntryIndex, indexInSlices } from './match/entry-index.js';
import { type MappingFile, type MappingTable, tablesOf } from './syntax.js';

/** A table, ready to be probed. */
export interface CompiledTable {
  readonly name: string;
  readonly entries: readonly CompiledEntry[];
  readonly index: EntryIndex;
  /** Whether the template of an entry asks for something. */
  readonly asks: boolean;
}

/** All tables of a policy by upper-case name. */
export type Mappings = ReadonlyMap<string, CompiledTable>;

/** The form in which table names are compared. */
export function tableKey(name: string): string {
  return name.toUpperCase();
}

/** The table of a name, without regard to case; undefined where the file has none. */
export function tableNamed(file: MappingFile, name: string): MappingTable | undefined {
  const key = tableKey(name);
  return tablesOf(file).find((table) => tableKey(table.name) === key);
}

function* tableOf({ name, entries }: TableOfEntries): Slices<CompiledTable> {
  const patterns: CompiledPattern[] = [];
  const owners: number[] = [];
  let number = 0;
  let asks = false;
  yield* eachInSlices(entries, ({ pattern, otherSpellings, needs }) => {
    for (const one of [pattern, ...otherSpellings]) {
      patterns.push(one);
      owners.push(number);
    }
    number += 1;
    asks ||= needs.asks;
  });
  const index = yield* indexInSlices(patterns, patterns.length === number ? null : owners);
  return Object.freeze({ name, entries, index, asks });
}

/** A table whose entries are compiled; it has no index yet. */
export interface TableOfEntries {
  readonly name: string;
  readonly entries: readonly CompiledEntry[];
}

/** Makes tables of their entries. Of two with one name the first counts; `findDuplicateTables` reports the other. */
export function* indexTablesInSlices(tables: Iterable<TableOfEntries>): Slices<Mappings> {
  const mappings = new Map<string, CompiledTable>();
  for (const table of tables) {
    if (!mappings.has(tableKey(table.name))) mappings.set(tableKey(table.name), yield* tableOf(table));
  }
  return mappings;
}

/** Compiles tables. */
export function* compileTablesInSlices(tables: readonly MappingTable[]): Slices<Mappings> {
  const compiler = new EntryCompiler();
  const compiled: TableOfEntries[] = [];
  for (const { name, entries: written } of tables) {
    const entries: CompiledEntry[] = [];
    yield* eachInSlices(written, (entry) => entries.push(compiler.compile(entry)));
    compiled.push({ name, entries });
  }
  return yield* indexTablesInSlices(compiled);
}

/** The same at once. */
export function createMappings(tables: readonly MappingTable[]): Mappings {
  return atOnce(compileTablesInSlices(tables));
}
