/*
 * What the channels need of the install, checked when all plugins are loaded.
 */
import { deliveryRoute, type Policy } from '../../lib/index.js';
import type { OutboundQueue } from './outbound-queue.js';

/** Says which channels are to be handed on by a queue plugin that is not enabled; null when all is there. */
export function missingThroughPlugin(policy: Policy, queue: OutboundQueue): string | null {
  const { throughPlugin } = policy.settings.delivery;
  const wanted = [...policy.channels.channels.keys()]
    .map((name) => deliveryRoute(policy, name))
    .filter(({ method }) => method === 'through');
  if (wanted.length === 0) return null;
  const needed = wanted.some(({ nextHop }) => nextHop !== null) ? 'smtp_forward' : throughPlugin;
  if (queue.hasPlugin(`queue/${needed}`) || queue.hasPlugin(needed)) return null;
  const channels = wanted.map(({ channel }) => channel).join(', ');
  return (
    `the channels ${channels} are delivered through queue/${needed}, which is not in config/plugins: ` +
    `add the line queue/${needed}, or set \`delivery\` to \`queue\` for them in pmdf.yaml`
  );
}
