/*
 * Checks that what `expandlimit` postpones is reprocessed.
 * Ref: PMDF 2.3.4.16
 */
import { argumentOf, type ChannelTable, isDirectoryChannelName } from '../channel/index.js';
import { type Diagnostic, errorAt } from '../text/index.js';
import { isReprocessing, reprocessChannel } from './reprocessing.js';

/** Checks every channel with `expandlimit`. */
export function checkExpandChannels({ channels }: ChannelTable): Diagnostic[] {
  return [...channels.values()].flatMap((channel) => {
    const keyword = channel.keywords.get('expandlimit');
    const later = argumentOf(channel, 'expandchannel') ?? reprocessChannel;
    const reprocesses = isReprocessing(later) && !isDirectoryChannelName(later);
    if (keyword === undefined || (channels.has(later) && reprocesses)) return [];
    const span = channel.keywords.get('expandchannel')?.span ?? keyword.span ?? channel.span;
    const message = channels.has(later)
      ? `the channel \`${later}\` does not reprocess mail`
      : `there is no channel \`${later}\` to expand what is beyond \`expandlimit\``;
    const hint = 'add a channel `reprocess` with a host of its own, or write `expandchannel process`';
    return [errorAt(span, 'forwarding/expand-channel', message, { hint })];
  });
}
