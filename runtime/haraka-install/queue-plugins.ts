/*
 * The queue plugins that the channels need: mail that is delivered `through` one is passed on by it alone.
 */
import { type DeliveryRoute, deliveryRoute, type Policy } from '../../lib/policy/index.js';
import { type Diagnostic, errorAt } from '../../lib/text/index.js';
import { enabledIn, readPluginList } from './plugin-list.js';

/** The routes of the channels that are delivered through a queue plugin. */
export function throughRoutes(policy: Policy): DeliveryRoute[] {
  return [...policy.channels.channels.keys()]
    .map((name) => deliveryRoute(policy, name))
    .filter(({ method }) => method === 'through');
}

/** A queue plugin that is not enabled, by its name without `queue/`, and the channels that need it. */
interface Lacking {
  readonly plugin: string;
  readonly channels: readonly string[];
}

/** The queue plugin that a channel needs, or whose settings it uses; null for none, as with LMTP. */
function neededPlugin({ nextHop }: DeliveryRoute, throughPlugin: string): string | null {
  if (nextHop === null) return throughPlugin;
  return nextHop.protocol === 'lmtp' ? null : 'smtp_forward';
}

function lackingQueuePlugin(policy: Policy, hasPlugin: (name: string) => boolean): Lacking | null {
  const { throughPlugin } = policy.settings.delivery;
  const routes = throughRoutes(policy);
  for (const plugin of new Set(['smtp_forward', throughPlugin])) {
    const channels = routes
      .filter((route) => neededPlugin(route, throughPlugin) === plugin)
      .map(({ channel }) => channel);
    if (channels.length > 0 && !hasPlugin(`queue/${plugin}`) && !hasPlugin(plugin))
      return { plugin, channels };
  }
  return null;
}

function textOf({ plugin, channels }: Lacking): string {
  const which =
    channels.length === 1 ? `the channel ${channels.join()} is` : `the channels ${channels.join(', ')} are`;
  return `${which} delivered through queue/${plugin}, which is not in config/plugins`;
}

function hintFor({ plugin }: Lacking): string {
  return `add the line queue/${plugin}, or set \`delivery\` to \`queue\` for them in pmdf.yaml`;
}

/** Names the channels whose queue plugin is not enabled; null if there are none. */
export function missingQueuePlugin(policy: Policy, hasPlugin: (name: string) => boolean): string | null {
  const lacking = lackingQueuePlugin(policy, hasPlugin);
  return lacking === null ? null : `${textOf(lacking)}: ${hintFor(lacking)}`;
}

/** The same for an install on disk: with pmdf/deliver Haraka does not start without the queue plugin. */
export function checkQueuePlugins(policy: Policy, configFolder: string): Diagnostic[] {
  const deliver = readPluginList(configFolder)?.lines.find(({ ours }) => ours === 'deliver');
  const enabled = enabledIn(configFolder);
  if (deliver === undefined || enabled === null) return [];
  const lacking = lackingQueuePlugin(policy, (name) => enabled.has(name));
  if (lacking === null) return [];
  const message = `${textOf(lacking)}: Haraka does not start`;
  return [errorAt(deliver.span, 'install/no-queue-plugin', message, { hint: hintFor(lacking) })];
}
