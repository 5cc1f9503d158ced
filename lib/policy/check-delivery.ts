/*
 * Checks the settings under `delivery` against the channels that they are for.
 * Ref: PMDF 26.7
 */
import { type ChannelTable, hasKeyword } from '../channel/channel.js';
import { type Diagnostic, errorAt } from '../diagnostics/diagnostic.js';
import { bitbucketChannel } from './delivery-route.js';
import { isReprocessing } from './reprocessing.js';
import type { SettingsFile } from './settings.js';

/** Finds settings that contradict the keyword `lmtp` of their channel. */
function checkLmtp({ delivery, places }: SettingsFile, table: ChannelTable): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [name, { method, nextHop }] of delivery.channels) {
    const span = places.get(`delivery.${name}`);
    const channel = table.channels.get(name);
    if (span === undefined || channel === undefined || !hasKeyword(channel, 'lmtp')) continue;
    if (nextHop?.protocol === 'smtp') {
      const message = `channel \`${name}\` has the keyword \`lmtp\`, and its next hop speaks SMTP`;
      diagnostics.push(
        errorAt(span, 'policy/lmtp-next-hop', message, {
          hint: 'write `lmtp://host:port`, or take one of them out',
        }),
      );
    } else if (method === 'through' && nextHop === null) {
      const message = `channel \`${name}\` has the keyword \`lmtp\`, which is not spoken while the client waits`;
      diagnostics.push(errorAt(span, 'policy/lmtp-through', message, { hint: 'write `method: queue`' }));
    }
  }
  return diagnostics;
}

/** Finds settings for channels that deliver nothing, and those that contradict keywords. */
export function checkDelivery(settings: SettingsFile, table: ChannelTable): Diagnostic[] {
  return [...checkNothingDelivered(settings, table), ...checkLmtp(settings, table)];
}

function checkNothingDelivered({ delivery, places }: SettingsFile, table: ChannelTable): Diagnostic[] {
  return [...delivery.channels.keys()].flatMap((name) => {
    const span = places.get(`delivery.${name}`);
    const takesUp = isReprocessing(name);
    if (span === undefined || !table.channels.has(name) || !(takesUp || name === bitbucketChannel)) return [];
    const what = takesUp ? 'takes its mail up again' : 'throws its mail away';
    const message = `nothing is delivered from the channel \`${name}\`, which ${what}`;
    return [errorAt(span, 'policy/no-delivery', message, { hint: 'take this setting out' })];
  });
}
