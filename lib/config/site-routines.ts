/*
 * Routines that the mapping language does not have, but for which the settings name a file.
 */
import type { MappingTable } from '../mapping/index.js';
import type { Diagnostic, SourceFile } from '../text/index.js';
import type { RoutineFiles } from './settings/routines.js';

/** Leaves out the errors about routines that the site has. */
export function withoutSiteRoutines(
  diagnostics: readonly Diagnostic[],
  tables: readonly MappingTable[],
  files: RoutineFiles,
): readonly Diagnostic[] {
  if (files.size === 0) return diagnostics;
  const known = new Map<SourceFile, Set<number>>();
  for (const { entries } of tables) {
    for (const { template } of entries) {
      for (const item of template) {
        if (item.kind !== 'routine' || item.run?.routine !== 'site' || !files.has(item.run.image)) continue;
        const { source, offset } = item.span;
        const offsets = known.get(source) ?? new Set();
        known.set(source, offsets.add(offset));
      }
    }
  }
  return diagnostics.filter(
    ({ code, span }) => code !== 'mapping/not-provided' || known.get(span.source)?.has(span.offset) !== true,
  );
}
