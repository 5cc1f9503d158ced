/*
 * Delays that an entry asks for with `$D`, in hundredths of a second.
 * Ref: PMDF 16.1.1
 */
import type { AccessEffects } from '../../lib/index.js';
import type { HarakaPlugin } from '../support/haraka.js';

/** Haraka gives up on a hook after the plugin's timeout; a delay stays this much under it. */
const margin = 5;

/** Waits before a reply: a positive delay on every command, a negative one on the address command only. */
export async function waitFor(
  plugin: HarakaPlugin,
  delay: AccessEffects['delay'],
  command: 'address command' | 'other command',
): Promise<void> {
  if (delay === null || (command === 'other command' && !delay.everyCommand)) return;
  const longest =
    plugin.timeout === 0 ? Number.POSITIVE_INFINITY : Math.max(0, plugin.timeout - margin) * 100;
  const hundredths = Math.min(delay.hundredths, longest);
  await new Promise<void>((resolve) => {
    setTimeout(resolve, hundredths * 10).unref();
  });
}
