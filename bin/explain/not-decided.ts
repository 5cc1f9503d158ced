/*
 * What an explanation cannot say, since config/plugins leaves it to other plugins.
 */
import type { PluginName } from '../../lib/decide/index.js';
import { lineColumnAt } from '../../lib/text/index.js';
import type { WhatRuns } from '../support/index.js';

const withoutOne: readonly (readonly [PluginName, string])[] = [
  ['switchchannel', 'every client is on the channel of its listener, and none may relay'],
  ['access', 'no access table is consulted'],
];

/** One line for each plugin that is missing; none where everything is decided. */
export function notDecided({ isKnown, ours, startError }: WhatRuns): string[] {
  if (!isKnown) return [];
  if (startError !== null) {
    const { message, span } = startError;
    const place = `${span.source.name}:${lineColumnAt(span.source, span.offset).line}`;
    return [
      `Haraka does not start, so this shows what the other lines of config/plugins would do: ${place}: ${message}`,
    ];
  }
  if (ours.size === 0)
    return ['config/plugins lists no plugin of this bundle: other plugins decide everything'];
  const lines = withoutOne
    .filter(([name]) => !ours.has(name))
    .map(([name, loss]) => `\`pmdf/${name}\` is not in config/plugins: ${loss}`);
  if (ours.has('deliver')) return lines;
  const delivery = ours.has('forward')
    ? 'other plugins accept recipients that are not forwarded, and the queue plugin delivers'
    : 'other plugins accept recipients, forward and deliver';
  return [...lines, `\`pmdf/deliver\` is not in config/plugins: ${delivery}`];
}
