/*
 * The channel table as rewriting sees it.
 */
import { foldDomain } from '../address/index.js';
import { type Channel, type ChannelTable, hasKeyword, isLocalChannelName } from '../channel/index.js';
import type { HostTable, RoutingChannel } from '../rewrite/index.js';

function addressForm(channel: Channel): RoutingChannel['addressForm'] {
  if (hasKeyword(channel, '733')) return '733';
  return hasKeyword(channel, 'uucp') ? 'uucp' : '822';
}

function viewOf(channel: Channel): RoutingChannel {
  return {
    name: channel.name,
    isLocal: isLocalChannelName(channel.name) || hasKeyword(channel, 'routelocal'),
    appliesRules: !hasKeyword(channel, 'norules'),
    bangOverPercent: hasKeyword(channel, 'bangoverpercent'),
    addressForm: addressForm(channel),
  };
}

/** Makes the view: channels by name, and hosts without regard to case. */
export function routingView(table: ChannelTable): {
  readonly channels: ReadonlyMap<string, RoutingChannel>;
  readonly hosts: HostTable;
} {
  const channels = new Map([...table.channels].map(([name, channel]) => [name, viewOf(channel)]));
  const hosts = new Map(
    [...table.hosts].flatMap(([host, entry]) => {
      const channel = channels.get(entry.channel.name);
      return channel === undefined
        ? []
        : [[foldDomain(host), { channel, properName: entry.properName }] as const];
    }),
  );
  return { channels, hosts: { find: (host) => hosts.get(foldDomain(host)) } };
}
