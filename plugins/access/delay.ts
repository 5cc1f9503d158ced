/*
 * Delays that entries request with `$D`, in hundredths of a second: a positive one before the reply to every command of the
 * transaction from then on, a negative one before the reply to the address command only. The longest counts.
 * Ref: PMDF 16.1.1
 */
import type { AccessEffects } from '../../lib/decide/index.js';
import type { HarakaPlugin, HarakaTransaction } from '../haraka/index.js';
import type { Eventual } from '../support/index.js';

/** Seconds that a delay stays under the plugin's timeout, at which Haraka cancels the hook. */
const margin = 5;

/** Delays before every command. */
const lasting = new WeakMap<HarakaTransaction, number>();

function longestDelay({ timeout }: HarakaPlugin): number {
  return timeout === 0 ? Number.POSITIVE_INFINITY : Math.max(0, timeout - margin) * 100;
}

/** Waits before the reply to a command; `requested` is the delay of the entries that this command met. */
export function delayReply(
  plugin: HarakaPlugin,
  transaction: HarakaTransaction,
  requested: AccessEffects['delay'],
): Eventual<void> {
  const before = lasting.get(transaction) ?? 0;
  const now = requested?.hundredths ?? 0;
  if (requested?.everyCommand === true) lasting.set(transaction, Math.max(before, now));
  if (before === 0 && now === 0) return undefined;
  const hundredths = Math.min(Math.max(before, now), longestDelay(plugin));
  return new Promise<void>((resolve) => {
    setTimeout(resolve, hundredths * 10).unref();
  });
}
