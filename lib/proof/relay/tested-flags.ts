/*
 * The input flags that a mapping table tests, or one that it calls: they have the flags of the session too.
 */
import { type MappingFile, tableKey, tableNamed } from '../../mapping/index.js';
import { testedFlags } from './entry-runs.js';

const flagsKnown = new WeakMap<MappingFile, Map<string, readonly string[]>>();

function findFlags(mappings: MappingFile, name: string): readonly string[] {
  const flags = new Set<string>();
  const names = new Set([tableKey(name)]);
  for (const key of names) {
    const table = tableNamed(mappings, key);
    for (const { template } of table?.entries ?? []) {
      for (const flag of testedFlags(template)) flags.add(flag);
      // A set goes on with what is added to it.
      for (const item of template) if (item.kind === 'sub-table') names.add(tableKey(item.table));
    }
  }
  return [...flags];
}

/** Finds them; none for a table that does not exist. */
export function flagsTestedBy(mappings: MappingFile, name: string): readonly string[] {
  const byName = flagsKnown.get(mappings) ?? new Map<string, readonly string[]>();
  flagsKnown.set(mappings, byName);
  const key = tableKey(name);
  const known = byName.get(key) ?? findFlags(mappings, name);
  byName.set(key, known);
  return known;
}
