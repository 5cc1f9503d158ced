/*
 * Checks the settings under `delivery` against the channels that they are for.
 * Ref: PMDF 2.3.4 (daemon), 26.7
 */
import type { ChannelTable } from '../channel/channel.js';
import { type Diagnostic, errorAt } from '../diagnostics/diagnostic.js';
import { bitbucketChannel, saysClientTls } from './delivery-route.js';
import { isReprocessing } from './reprocessing.js';
import type { SettingsFile } from './settings.js';

/** Finds ways of delivery that cannot work: each would lose what the channel asks for. */
export function checkDelivery({ delivery, places }: SettingsFile, table: ChannelTable): Diagnostic[] {
  return [...delivery.channels].flatMap(([name, { method }]) => {
    const channel = table.channels.get(name);
    const span = places.get(`delivery.${name}`) ?? channel?.span;
    if (channel === undefined || span === undefined) return [];
    if (isReprocessing(name) || name === bitbucketChannel) {
      const what = isReprocessing(name) ? 'takes its mail up again' : 'throws its mail away';
      const message = `nothing is delivered from the channel \`${name}\`, which ${what}`;
      return [errorAt(span, 'policy/no-delivery', message, { hint: 'take this setting out' })];
    }
    if (method !== 'through' || !saysClientTls(channel)) return [];
    const message = `\`through\` cannot see to the TLS that the keywords of \`${name}\` ask for`;
    return [errorAt(span, 'policy/through-tls', message, { hint: 'write `method: queue`' })];
  });
}
