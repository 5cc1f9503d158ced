/*
 * Delays that entries ask for with `$D`, in hundredths of a second: a positive one before the reply to every command of
 * the transaction from then on, a negative one before the reply to the address command only. The longest counts.
 * Ref: PMDF 16.1.1
 */
import type { AccessEffects } from '../../lib/decide/index.js';
import type { HarakaPlugin, HarakaTransaction } from '../haraka/types.js';

/** Haraka gives up on a hook after the plugin's timeout; a delay stays this many seconds under it. */
const margin = 5;

const standing = new WeakMap<HarakaTransaction, number>();

function longestDelay({ timeout }: HarakaPlugin): number {
  return timeout === 0 ? Number.POSITIVE_INFINITY : Math.max(0, timeout - margin) * 100;
}

/** Waits before the reply to a command; `asked` is what the entries that this command met ask for. */
export async function delayReply(
  plugin: HarakaPlugin,
  transaction: HarakaTransaction,
  asked: AccessEffects['delay'],
): Promise<void> {
  const before = standing.get(transaction) ?? 0;
  const now = asked?.hundredths ?? 0;
  if (asked?.everyCommand === true) standing.set(transaction, Math.max(before, now));
  const hundredths = Math.min(Math.max(before, now), longestDelay(plugin));
  if (hundredths === 0) return;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, hundredths * 10).unref();
  });
}
