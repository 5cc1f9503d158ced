/*
 * Shadow mode: what tables in shadow would have done stands in the log and in the results, once for each decision.
 */
import { type ShadowedVerdict, wouldMatter } from '../../lib/decide/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { addResult } from './add-result.js';
import { type ShadowedCommand, shadowLine } from './shadow-line.js';

const logged = new WeakSet<readonly ShadowedVerdict[]>();

/** Writes the lines about one decision, once. */
export function logShadowed(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  command: ShadowedCommand,
  shadowed: readonly ShadowedVerdict[],
): void {
  if (logged.has(shadowed)) return;
  logged.add(shadowed);
  for (const one of shadowed.filter(wouldMatter)) {
    connection.lognotice(plugin, shadowLine(command, one));
    const msg = `shadow ${one.verdict} ${command.command} ${one.entry ?? 'none'}`;
    addResult(plugin, connection.transaction ?? connection, { msg });
  }
}
