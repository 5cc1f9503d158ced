/*
 * The entries of mapping tables that only one of two policies has, or has in another order. Entries are compared by what they
 * mean: without regard to the case of literals, to quoting and to places.
 */
import { accessTables } from '../../access/index.js';
import { usedTables } from '../../config/index.js';
import {
  type Entry,
  fold,
  type MappingTable,
  printPattern,
  printTemplate,
  tableKey,
  tablesOf,
} from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { unaligned } from './align.js';

/** The entries of one table that differ, as indexes. */
export interface TableEdits {
  /** Its key. */
  readonly name: string;
  readonly before: MappingTable | null;
  readonly now: MappingTable | null;
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Whether either policy ever asks it. */
  readonly isUsed: boolean;
  readonly isAccessTable: boolean;
}

/** What an entry means, as a text. */
export function entryKey({ pattern, template }: Entry): string {
  const folded = pattern.map((element) =>
    element.kind === 'literal' ? { ...element, text: fold(element.text) } : element,
  );
  return `${printPattern(folded)}\t${printTemplate(template)}`;
}

function byKey({ mappings }: CompiledPolicy): Map<string, MappingTable> {
  const found = new Map<string, MappingTable>();
  for (const table of tablesOf(mappings)) {
    if (!found.has(tableKey(table.name))) found.set(tableKey(table.name), table);
  }
  return found;
}

/** Finds the tables that differ. */
export function tableEdits(before: CompiledPolicy, now: CompiledPolicy): readonly TableEdits[] {
  const [tablesBefore, tablesNow] = [byKey(before), byKey(now)];
  const used = new Set([
    ...usedTables(tablesOf(before.mappings), before.rules),
    ...usedTables(tablesOf(now.mappings), now.rules),
  ]);
  const found: TableEdits[] = [];
  for (const name of new Set([...tablesBefore.keys(), ...tablesNow.keys()])) {
    const [one, other] = [tablesBefore.get(name) ?? null, tablesNow.get(name) ?? null];
    const entries = unaligned((one?.entries ?? []).map(entryKey), (other?.entries ?? []).map(entryKey));
    const isEqual = entries.before.length === 0 && entries.now.length === 0;
    if (isEqual && (one === null) === (other === null)) continue;
    found.push({
      name,
      before: one,
      now: other,
      removed: entries.before,
      added: entries.now,
      isUsed: used.has(name),
      isAccessTable: accessTables.some(({ table }) => table === name),
    });
  }
  return found;
}
