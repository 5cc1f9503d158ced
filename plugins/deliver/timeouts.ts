/*
 * How long a server behind is waited for: as long as pmdf/deliver says, or queue/smtp_forward where the settings of that
 * plugin name the server. Haraka ends a hook of ours at one time for both, so that is the longer one.
 */
import type { HarakaPlugin } from '../haraka/types.js';

const ownTimeouts = new WeakMap<HarakaPlugin, number>();

/** The seconds that the install gives pmdf/deliver itself; 0 for any time. */
export function ownTimeout(plugin: HarakaPlugin): number {
  return ownTimeouts.get(plugin) ?? plugin.timeout;
}

/** Has the hooks of pmdf/deliver wait as long as another plugin would, when that is longer. */
export function waitAsLongAs(plugin: HarakaPlugin, otherTimeout: number): void {
  const own = ownTimeout(plugin);
  ownTimeouts.set(plugin, own);
  plugin.timeout = own === 0 || otherTimeout === 0 ? 0 : Math.max(own, otherTimeout);
}
