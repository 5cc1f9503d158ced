/*
 * How long a next mail server may take: the timeout of pmdf/deliver, or of queue/smtp_forward where the settings of that plugin
 * name the server. Haraka cancels our hooks at one time for both, so that is the longer one.
 */
import type { HarakaPlugin } from '../haraka/index.js';

const ownTimeouts = new WeakMap<HarakaPlugin, number>();

/** The timeout of pmdf/deliver itself in seconds; 0 for none. */
export function ownTimeout(plugin: HarakaPlugin): number {
  return ownTimeouts.get(plugin) ?? plugin.timeout;
}

/** Gives the hooks of pmdf/deliver the timeout of another plugin, where that is longer. */
export function waitAsLongAs(plugin: HarakaPlugin, otherTimeout: number): void {
  const own = ownTimeout(plugin);
  ownTimeouts.set(plugin, own);
  plugin.timeout = own === 0 || otherTimeout === 0 ? 0 : Math.max(own, otherTimeout);
}

/** Later than any reply is waited for (`limitOf`), and before Haraka cancels the hook. */
const shareOfHook = 0.95;

/** The milliseconds that all servers of a recipient together may take; null for no limit. */
export function hookLimitOf(timeout: number): number | null {
  return timeout > 0 ? timeout * 1000 * shareOfHook : null;
}
