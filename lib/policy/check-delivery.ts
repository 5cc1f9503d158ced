/*
 * Checks the settings under `delivery` against the channels that they are for.
 * Ref: PMDF 26.7
 */
import type { ChannelTable } from '../channel/channel.js';
import { type Diagnostic, errorAt } from '../diagnostics/diagnostic.js';
import { bitbucketChannel } from './delivery-route.js';
import { isReprocessing } from './reprocessing.js';
import type { SettingsFile } from './settings.js';

/** Finds settings for channels that deliver nothing. */
export function checkDelivery({ delivery, places }: SettingsFile, table: ChannelTable): Diagnostic[] {
  return [...delivery.channels.keys()].flatMap((name) => {
    const span = places.get(`delivery.${name}`);
    const takesUp = isReprocessing(name);
    if (span === undefined || !table.channels.has(name) || !(takesUp || name === bitbucketChannel)) return [];
    const what = takesUp ? 'takes its mail up again' : 'throws its mail away';
    const message = `nothing is delivered from the channel \`${name}\`, which ${what}`;
    return [errorAt(span, 'policy/no-delivery', message, { hint: 'take this setting out' })];
  });
}
