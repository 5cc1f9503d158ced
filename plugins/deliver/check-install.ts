/*
 * What the channels need of the install, checked when all plugins are loaded.
 */
import { type DeliveryRoute, isReprocessing, type Policy } from '../../lib/policy/index.js';
import { missingQueuePlugin, otherDeciders, throughRoutes } from '../../runtime/haraka-install/index.js';
import type { OutboundQueue } from '../haraka/queue/outbound-queue.js';
import type { HarakaPlugin } from '../haraka/types.js';

function namesOf(routes: readonly DeliveryRoute[]): string {
  return routes.map(({ channel }) => channel).join(', ');
}

/** Says which channels are to be handed on by a queue plugin that is not enabled; null when all is there. */
export function missingThroughPlugin(policy: Policy, queue: OutboundQueue): string | null {
  return missingQueuePlugin(policy, (name) => queue.hasPlugin(name));
}

/** The seconds that queue/smtp_forward waits for the servers that its own settings name; null when it names none. */
export function settingsTimeout(policy: Policy, queue: OutboundQueue): number | null {
  const isUsed =
    policy.settings.delivery.throughPlugin === 'smtp_forward' &&
    throughRoutes(policy).some(({ nextHop }) => nextHop === null);
  return isUsed ? queue.smtpForwardTimeout : null;
}

const followedPlugins = new Set(['smtp_forward', 'lmtp']);

/** Says what will not work as one might expect, though Haraka can start. */
export function shortcomings(plugin: HarakaPlugin, policy: Policy, queue: OutboundQueue): string[] {
  const found: string[] = [];
  const bounceText: unknown = plugin.config.get('outbound.bounce_message', 'data');
  if (!Array.isArray(bounceText) || bounceText.length === 0) {
    found.push(
      'config/outbound.bounce_message is missing, so bounces have no From, To, Subject and text: let `pmdf init` ' +
        'write it, or copy outbound.bounce_message, outbound.bounce_message_html and outbound.bounce_message_image ' +
        'from the folder config/haraka of haraka-plugin-pmdf',
    );
  }
  const { throughPlugin } = policy.settings.delivery;
  const unsteered = throughRoutes(policy).filter(({ nextHop }) => nextHop === null);
  const takesUp = [...policy.channels.channels.keys()].some(isReprocessing);
  if (takesUp && unsteered.length > 0 && !followedPlugins.has(throughPlugin)) {
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
