/*
 * What an explanation says of the install: which plugins of the bundle its config/plugins lists, and what is not decided
 * without the others.
 */
import { lineColumnAt } from '../../lib/text/index.js';
import type { PluginName } from '../../runtime/haraka-install/index.js';
import type { World } from '../../runtime/index.js';
import { type WhatRuns, whatRuns } from './what-runs.js';

const known = new WeakMap<World, WhatRuns>();

/** What runs beside a configuration; looked up once for each opened one. */
export function whatRunsIn(world: World): WhatRuns {
  const found = known.get(world) ?? whatRuns(world.configFolder, Date.now());
  known.set(world, found);
  return found;
}

const withoutOne: readonly (readonly [PluginName, string])[] = [
  ['switchchannel', 'every client is on the channel of its listener, and none may relay'],
  ['access', 'no access table is asked'],
];

/** What the gateway does not decide, one line for each cause; none where everything is decided. */
export function notDecided({ isKnown, ours, startError }: WhatRuns): string[] {
  if (!isKnown) return [];
  if (startError !== null) {
    const { message, span } = startError;
    return [
      `Haraka does not start, and what follows is what the other lines would do: ${span.source.name}:${lineColumnAt(span.source, span.offset).line}: ${message}`,
    ];
  }
  if (ours.size === 0)
    return ['config/plugins lists no plugin of this bundle: other plugins decide everything'];
  const lines = withoutOne
    .filter(([name]) => !ours.has(name))
    .map(([name, loss]) => `\`pmdf/${name}\` is not in config/plugins: ${loss}`);
  if (ours.has('deliver')) return lines;
  const delivery = ours.has('forward')
    ? 'other plugins vouch for recipients that are not forwarded, and the queue plugin delivers'
    : 'other plugins vouch for recipients, forward and deliver';
  return [...lines, `\`pmdf/deliver\` is not in config/plugins: ${delivery}`];
}

/** Tells whether any plugin that runs looks at recipients. */
export function judgesRecipients({ ours }: WhatRuns): boolean {
  return ours.has('access') || ours.has('deliver') || ours.has('forward');
}

/** Tells whether any plugin that runs forwards. */
export function forwards({ ours }: WhatRuns): boolean {
  return ours.has('deliver') || ours.has('forward');
}
