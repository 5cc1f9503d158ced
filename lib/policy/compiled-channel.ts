/*
 * The channel table as rewriting and decisions on addresses see it: what the keywords of a channel mean, worked out once.
 */
import { foldDomain } from '../address/index.js';
import {
  argumentOf,
  type Channel,
  type ChannelTable,
  hasKeyword,
  isDirectoryChannelName,
  isLocalChannelName,
} from '../channel/index.js';
import type { SubaddressMatching } from '../forwarding/index.js';
import { type ChannelLimits, limitsOf, type ServerOptions } from '../limits/index.js';
import type { HostTable, RoutingChannel, RoutingHost } from '../rewrite/index.js';
import { isReprocessing, reprocessChannel } from './reprocessing.js';

/** A channel with what its keywords mean for addresses. */
export interface CompiledChannel extends RoutingChannel {
  /** The local channel, or one with `aliaslocal`. */
  readonly hasAliases: boolean;
  /** Keyword `viaaliasrequired`. */
  readonly needsAlias: boolean;
  readonly matching: SubaddressMatching;
  /** Folded; `aliaspostmaster` sends `postmaster` at this host to the local postmaster; null without the keyword. */
  readonly postmasterHost: string | null;
  /** Recipients of one message that are expanded at once; infinity without `expandlimit`. */
  readonly expandLimit: number;
  /** The channel that expands the others later. */
  readonly expandChannel: string;
  /** A directory channel with `inline`: a recipient is replaced by what is found. */
  readonly looksUp: boolean;
  readonly limits: ChannelLimits;
  /** Its option file, for sessions that begin on it; null if there is none. */
  readonly options: ServerOptions | null;
  /** Its messages are decided again: `process`, `reprocess` or a directory channel. */
  readonly isReprocessing: boolean;
}

function addressForm(channel: Channel): RoutingChannel['addressForm'] {
  if (hasKeyword(channel, '733')) return '733';
  return hasKeyword(channel, 'uucp') ? 'uucp' : '822';
}

function matchingOf(channel: Channel): SubaddressMatching {
  if (hasKeyword(channel, 'subaddressrelaxed')) return 'relaxed';
  return hasKeyword(channel, 'subaddresswild') ? 'wild' : 'exact';
}

function compileChannel(channel: Channel, options: ServerOptions | null): CompiledChannel {
  const { name } = channel;
  const isLocalName = isLocalChannelName(name);
  const limit = argumentOf(channel, 'expandlimit');
  const isLimited = limit !== undefined && !isReprocessing(name) && !isLocalName;
  return {
    name,
    isLocal: isLocalName || hasKeyword(channel, 'routelocal'),
    appliesRules: !hasKeyword(channel, 'norules'),
    bangOverPercent: hasKeyword(channel, 'bangoverpercent'),
    addressForm: addressForm(channel),
    hasAliases: isLocalName || hasKeyword(channel, 'aliaslocal'),
    needsAlias: hasKeyword(channel, 'viaaliasrequired'),
    matching: matchingOf(channel),
    postmasterHost:
      hasKeyword(channel, 'aliaspostmaster') && !isLocalName ? foldDomain(channel.officialHostName) : null,
    expandLimit: isLimited ? Number(limit) : Number.POSITIVE_INFINITY,
    expandChannel: argumentOf(channel, 'expandchannel') ?? reprocessChannel,
    looksUp: isDirectoryChannelName(name) && hasKeyword(channel, 'inline'),
    limits: limitsOf(channel),
    options,
    isReprocessing: isReprocessing(name),
  };
}

/** Compiles the channel table: channels by name, and hosts without regard to case. */
export function compileChannels(
  table: ChannelTable,
  options: ReadonlyMap<string, ServerOptions> = new Map(),
): {
  readonly channels: ReadonlyMap<string, CompiledChannel>;
  readonly hosts: HostTable;
} {
  const channels = new Map(
    [...table.channels].map(([name, channel]) => [name, compileChannel(channel, options.get(name) ?? null)]),
  );
  const hosts = new Map<string, RoutingHost>();
  for (const [
    host,
    {
      channel: { name },
      properName,
    },
  ] of table.hosts) {
    const channel = channels.get(name);
    if (channel !== undefined) hosts.set(foldDomain(host), { channel, properName });
  }
  // Rules mostly name hosts as the channel blocks spell them; such a name is found without being folded.
  for (const written of writtenHosts(table)) {
    const host = hosts.get(foldDomain(written));
    if (host !== undefined) hosts.set(written, host);
  }
  return { channels, hosts: { find: (host) => hosts.get(host) ?? hosts.get(foldDomain(host)) } };
}

function writtenHosts({ channels }: ChannelTable): string[] {
  return [...channels.values()].flatMap(({ officialHostName, localHostAlias, hosts }) => [
    officialHostName,
    ...(localHostAlias === null ? [] : [localHostAlias]),
    ...hosts.map(({ name }) => name),
  ]);
}

/** Finds a channel by name; a policy names only channels that it has. */
export function compiledChannel(
  { routingChannels }: { readonly routingChannels: ReadonlyMap<string, CompiledChannel> },
  name: string,
): CompiledChannel {
  const channel = routingChannels.get(name);
  if (channel === undefined) throw new Error(`the policy has no channel ${name}`);
  return channel;
}

/**
 * Tells whether a host is the official host name of a channel other than `l` that no rule names. Such names mean something in
 * templates, databases and aliases only: over SMTP they would let a stranger choose the route of a message.
 */
export function isChannelHost(
  { channelNames }: { readonly channelNames: ReadonlySet<string> },
  host: string,
): boolean {
  return channelNames.has(foldDomain(host));
}
