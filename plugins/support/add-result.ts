/*
 * Notes a plugin's refusals in the results of a connection or transaction. Haraka reads all notes of a plugin again with each
 * new one, and a client may go on forever, so only the first ones are kept; the log has them all.
 */
import type { HarakaPlugin, HarakaResults } from '../haraka/index.js';

/** Notes of one plugin that are kept. */
export const mostResults = 100;

const kept = new WeakMap<HarakaResults, Map<string, number>>();

/** Notes a refusal or a message, unless the plugin has noted `mostResults` already. */
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
