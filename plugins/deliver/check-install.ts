/*
 * What the channels need from the install, checked when all plugins are loaded.
 */
import { type DeliveryRoute, isReprocessing, type Policy } from '../../lib/policy/index.js';
import { missingQueuePlugin, otherDeciders, throughRoutes } from '../../runtime/haraka-install/index.js';
import { type OutboundQueue, smtpForwardIn } from '../haraka/index.js';

function namesOf(routes: readonly DeliveryRoute[]): string {
  return routes.map(({ channel }) => channel).join(', ');
}

/** Says which channels need a queue plugin that is not enabled; null when none is missing. */
export function missingThroughPlugin(policy: Policy, queue: OutboundQueue): string | null {
  return missingQueuePlugin(policy, (name) => queue.hasPlugin(name));
}

/** The timeout of queue/smtp_forward in seconds, where channels use the servers of its own settings; else null. */
export function settingsTimeout(policy: Policy, queue: OutboundQueue): number | null {
  const isUsed =
    policy.settings.delivery.throughPlugin === 'smtp_forward' &&
    throughRoutes(policy).some(({ nextHop }) => nextHop === null);
  return isUsed ? (smtpForwardIn(queue.plugins)?.timeout ?? null) : null;
}

const followedPlugins = new Set(['smtp_forward', 'lmtp']);

/** Says what will not work as expected, although Haraka can start. */
export function shortcomings(policy: Policy, queue: OutboundQueue): string[] {
  const found: string[] = [];
  const { throughPlugin } = policy.settings.delivery;
  const unsteered = throughRoutes(policy).filter(({ nextHop }) => nextHop === null);
  const reprocesses = [...policy.channels.channels.keys()].some(isReprocessing);
  if (reprocesses && unsteered.length > 0 && !followedPlugins.has(throughPlugin)) {
    found.push(
      `mail that the process channel sends to ${namesOf(unsteered)} is deferred, since queue/${throughPlugin} does ` +
        'not say where it goes: set `next_hop` for them in pmdf.yaml',
    );
  }
  const proxy = 'queue/smtp_proxy';
  const decides = otherDeciders(proxy, new Set(['deliver']));
  if (decides !== null && queue.hasPlugin(proxy)) found.push(`${proxy} ${decides.what}: ${decides.hint}`);
  return found;
}
