/*
 * Makes the channel table from channel blocks: keywords with all defaults in force, and every host name there is.
 * Of two channels or hosts with one name the first stays and the second is reported.
 * Ref: PMDF 2.3.2.3, 2.3.5
 */
import { foldDomain } from '../address/index.js';
import type { Diagnostic, Parsed } from '../text/index.js';
import type { Channel, ChannelHost, ChannelTable, HostEntry } from './channel.js';
import { isLocalChannelName } from './channel-names.js';
import { checkChannels } from './check-channels.js';
import { settleKeywords } from './settle-keywords.js';
import { settledBlocks } from './settled-blocks.js';
import { switchingOf } from './switching.js';
import type { ChannelBlock, ChannelFile, HostLine, KeywordItem } from './syntax.js';

function hostOf({ name, second }: HostLine): ChannelHost {
  return { name: name.text, properName: second?.text ?? null, span: name.span };
}

function buildChannel(block: ChannelBlock, defaults: readonly KeywordItem[]): Channel {
  const written = [...defaults, ...block.items];
  const groupIds = written.flatMap((item) => (item.kind === 'group-id' ? [item.word.text] : []));
  const name = block.name.text.toLowerCase();
  const keywords = settleKeywords(written);
  return {
    name,
    span: block.name.span,
    keywords,
    groupIds: [...new Set(groupIds)],
    officialHostName: block.officialHost?.name.text ?? '',
    localHostAlias: block.officialHost?.second?.text ?? null,
    hosts: block.hosts.map(hostOf),
    switching: switchingOf(name, keywords),
  };
}

/** Names every host of a channel, with what an envelope To gets in place of it. */
function hostsOf(channel: Channel): [string, HostEntry][] {
  const { officialHostName, localHostAlias, hosts } = channel;
  const named: [string, string | null][] = [[officialHostName, null]];
  if (localHostAlias !== null && isLocalChannelName(channel.name)) named.push([localHostAlias, null]);
  for (const { name, properName } of hosts) named.push([name, properName ?? officialHostName]);
  return named
    .filter(([name]) => name !== '')
    .map(([name, properName]) => [foldDomain(name), { channel, properName }]);
}

/**
 * Builds the table of all channels. With errors in the diagnostics the table holds what could be understood.
 * A file without any channel block gives an empty table and no diagnostic; the caller reports that.
 */
export function buildChannelTable(file: ChannelFile): Parsed<ChannelTable> {
  const diagnostics: Diagnostic[] = checkChannels(file);
  const channels = new Map<string, Channel>();
  const hosts = new Map<string, HostEntry>();
  for (const { block, defaults } of settledBlocks(file)) {
    const channel = buildChannel(block, defaults);
    channels.set(channel.name, channel);
    for (const [name, entry] of hostsOf(channel)) {
      if (!hosts.has(name)) hosts.set(name, entry);
    }
  }
  return { value: { channels, hosts }, diagnostics };
}
