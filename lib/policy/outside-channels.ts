/*
 * Which channels face the outside, and on which ones mail leaves: worked out once, from the policy alone.
 *   facing    strangers come in on it: the initial channel of each listener, with or without `switchchannel`; a channel with
 *             `switchchannel`; a channel that the rules switch clients to whom they do not name; a channel that
 *             `tlsswitchchannel` of one of these names, since anyone can say STARTTLS
 *   leaving   its mail goes outside: a channel with `switchchannel`, and one that faces the outside and that the rules for
 *             all hosts (`.`, `$*`) name; where no rule names one, the channel of `listeners.default`
 * Strangers do not reach channels that clients are switched to by an address or a name of their own, or by AUTH.
 * Ref: PMDF 2.3.4.42, 2.3.4.45
 */
import {
  type Channel,
  type ChannelTable,
  isLocalChannelName,
  switchAfterTls,
  switchesClients,
} from '../channel/index.js';
import type { Listeners } from '../config/index.js';
import { type HostTable, isControl, type RewriteRule } from '../rewrite/index.js';
import { placeOf } from '../text/index.js';
import type { OutsideChannels } from './policy.js';
import { isReprocessing } from './reprocessing.js';
import { isForAnyone } from './rules-for-anyone.js';
import type { SwitchedStranger } from './stranger.js';

/** The channels and the listeners that name them. */
export interface ConfiguredChannels {
  readonly settings: { readonly listeners: Listeners };
  readonly channels: ChannelTable;
}

/** The same with the names of the site. */
interface ConfiguredNames extends ConfiguredChannels {
  readonly localDomains: ReadonlySet<string>;
}

/** The channels that connections begin with, each once. */
export function listenerChannels({
  settings: { listeners },
  channels: { channels },
}: ConfiguredChannels): Channel[] {
  const names = new Set([listeners.default, ...listeners.ports.values()]);
  return [...names].flatMap((name) => channels.get(name) ?? []);
}

function facing(configured: ConfiguredChannels, switched: Iterable<string>): Set<string> {
  const table = configured.channels;
  const found = new Set([
    ...listenerChannels(configured),
    ...[...table.channels.values()].filter(switchesClients),
    ...[...switched].flatMap((name) => table.channels.get(name) ?? []),
  ]);
  // A session switches by TLS once.
  const underTls = [...found].flatMap((channel) => switchAfterTls(table, channel) ?? []);
  return new Set([...found, ...underTls].map(({ name }) => name));
}

/** The channel whose host a template names in plain text; null where it takes the host from somewhere else. */
export function channelOfTemplate({ template }: RewriteRule, hosts: HostTable): string | null {
  let host = '';
  for (const item of template.items) {
    if (item.kind === 'separator') host = '';
    else if (item.kind === 'text') host += item.text;
    else if (!isControl(item)) host += '\0';
  }
  return hosts.find(host)?.channel.name ?? null;
}

/** The channels that rules for all hosts (`.`, `$*`) name, under whatever tag. */
export function channelsForAllHosts(rules: readonly RewriteRule[], hosts: HostTable): readonly string[] {
  const forAll = rules.filter(({ pattern }) => pattern.kind === 'all' || pattern.kind === 'first');
  return forAll.flatMap((rule) => channelOfTemplate(rule, hosts) ?? []);
}

function leaving(
  facingChannels: ReadonlySet<string>,
  { settings: { listeners }, channels: table }: ConfiguredChannels,
  rules: readonly RewriteRule[],
  hosts: HostTable,
): Set<string> {
  const found = new Set([...table.channels.values()].filter(switchesClients).map(({ name }) => name));
  const named = channelsForAllHosts(rules, hosts);
  const may = named.length > 0 || found.size > 0 ? named : [listeners.default];
  for (const name of may) {
    if (facingChannels.has(name) && !isLocalChannelName(name) && !isReprocessing(name)) found.add(name);
  }
  return found;
}

/** Finds the channels of both kinds; `switched` are the strangers whom the rules switch, by the channel they get to. */
export function outsideChannelsOf(
  configured: ConfiguredNames,
  switched: ReadonlyMap<string, readonly SwitchedStranger[]>,
  rules: readonly RewriteRule[],
  hosts: HostTable,
): OutsideChannels {
  const facingChannels = facing(configured, switched.keys());
  const forAnyone = rules.filter((rule) => isForAnyone(rule, configured.localDomains));
  const named = forAnyone.flatMap((rule) => channelOfTemplate(rule, hosts) ?? []);
  return {
    facing: facingChannels,
    leaving: leaving(facingChannels, configured, rules, hosts),
    switched,
    rulesForAnyone: new Set(forAnyone.map(({ span }) => placeOf(span))),
    channelsForAnyone: new Set(named.filter((name) => !isLocalChannelName(name) && !isReprocessing(name))),
  };
}
