/*
 * The tables of a policy, compiled: each entry with its compiled pattern, each table with its index.
 */
import { atOnce, eachInSlices, type Slices, type Span } from '../text/index.js';
import { otherSpellings } from './domain-spellings.js';
import { type CompiledPattern, compilePattern } from './match/compile-pattern.js';
import { type EntryIndex, indexInSlices } from './match/entry-index.js';
import type { Entry, MappingTable, MappingTemplate } from './syntax.js';
import { type TemplateNeeds, templateNeeds } from './template-needs.js';

/** An entry, ready to be tried. */
export interface CompiledEntry {
  readonly pattern: CompiledPattern;
  /** The pattern with the domains in it spelled differently; it matches for the entry too. */
  readonly otherSpellings: readonly CompiledPattern[];
  readonly template: MappingTemplate;
  readonly needs: TemplateNeeds;
  readonly span: Span;
}

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

const noSpellings: readonly CompiledPattern[] = Object.freeze([]);

function compileEntry({ pattern, template, span }: Entry): CompiledEntry {
  const others = otherSpellings(pattern);
  return Object.freeze({
    pattern: compilePattern(pattern),
    otherSpellings: others.length === 0 ? noSpellings : others.map(compilePattern),
    template,
    needs: templateNeeds(template),
    span,
  });
}

function* indexOf(entries: readonly CompiledEntry[]): Slices<EntryIndex> {
  if (entries.every((entry) => entry.otherSpellings.length === 0)) {
    return yield* indexInSlices(entries.map((entry) => entry.pattern));
  }
  const patterns: CompiledPattern[] = [];
  const owners: number[] = [];
  for (const [number, entry] of entries.entries()) {
    for (const pattern of [entry.pattern, ...entry.otherSpellings]) {
      patterns.push(pattern);
      owners.push(number);
    }
  }
  return yield* indexInSlices(patterns, owners);
}

/** Compiles tables. Of two with one name the first counts; `findDuplicateTables` reports the other. */
export function* compileTablesInSlices(tables: readonly MappingTable[]): Slices<Mappings> {
  const mappings = new Map<string, CompiledTable>();
  for (const { name, entries } of tables) {
    if (mappings.has(tableKey(name))) continue;
    const compiled: CompiledEntry[] = [];
    yield* eachInSlices(entries, (entry) => compiled.push(compileEntry(entry)));
    const index = yield* indexOf(compiled);
    const asks = compiled.some(({ needs }) => needs.asks);
    mappings.set(tableKey(name), Object.freeze({ name, entries: Object.freeze(compiled), index, asks }));
  }
  return mappings;
}

/** The same at once. */
export function createMappings(tables: readonly MappingTable[]): Mappings {
  return atOnce(compileTablesInSlices(tables));
}
