/*
 * What a plugin notes in the results of a connection or transaction each time a client is refused something. Haraka reads
 * all notes of a plugin again with each new one, and a client may go on for ever: so the first ones are kept, and the log
 * has the rest.
 */
import type { HarakaPlugin, HarakaResults } from '../haraka/types.js';

/** Notes of one plugin that are kept. */
export const mostResults = 100;

const kept = new WeakMap<HarakaResults, Map<string, number>>();

/** Notes a refusal, or something else in words; no more than `mostResults` of one plugin. */
export function addResult(
  plugin: HarakaPlugin,
  { results }: { readonly results: HarakaResults },
  result: { readonly fail: string } | { readonly msg: string },
): void {
  const counts = kept.get(results) ?? new Map<string, number>();
  kept.set(results, counts);
  const count = counts.get(plugin.name) ?? 0;
  if (count >= mostResults) return;
  counts.set(plugin.name, count + 1);
  results.add(plugin, result);
}
