/*
 * Which channels face the outside, and by which ones mail leaves the house: worked out once, from the policy alone.
 *   facing    strangers come in on it: every channel that a listener begins with, whether or not it has `switchchannel`; a
 *             channel with `switchchannel`; a channel to which `tlsswitchchannel` of one of these leads, since anyone can
 *             say STARTTLS
 *   leaving   its mail goes outside: a channel with `switchchannel`, and one that faces the outside and that the rules for
 *             all hosts (`.`, `$*`) name; where no rule names one, the channel of `listeners.default`
 * Channels that clients are switched to by address, name or AUTH are not reached by strangers.
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
import type { OutsideChannels } from './policy.js';
import { isReprocessing } from './reprocessing.js';

/** The channels that connections begin with, each once. */
export function listenerChannels(listeners: Listeners, { channels }: ChannelTable): Channel[] {
  const names = new Set([listeners.default, ...listeners.ports.values()]);
  return [...names].flatMap((name) => channels.get(name) ?? []);
}

function facing(listeners: Listeners, table: ChannelTable): Set<string> {
  const found = new Set([
    ...listenerChannels(listeners, table),
    ...[...table.channels.values()].filter(switchesClients),
  ]);
  // A session switches by TLS once.
  const underTls = [...found].flatMap((channel) => switchAfterTls(table, channel) ?? []);
  return new Set([...found, ...underTls].map(({ name }) => name));
}

/** The channel whose host a template names in plain text; null where it takes the host from somewhere else. */
function channelOfTemplate({ template }: RewriteRule, hosts: HostTable): string | null {
  let host = '';
  for (const item of template.items) {
    if (item.kind === 'separator') host = '';
    else if (item.kind === 'text') host += item.text;
    else if (!isControl(item)) host += '\0';
  }
  return hosts.find(host)?.channel.name ?? null;
}

function leaving(
  facingChannels: ReadonlySet<string>,
  listeners: Listeners,
  table: ChannelTable,
  rules: readonly RewriteRule[],
  hosts: HostTable,
): Set<string> {
  const found = new Set([...table.channels.values()].filter(switchesClients).map(({ name }) => name));
  const forAll = rules.filter(({ pattern }) => pattern.kind === 'all' || pattern.kind === 'first');
  const named = forAll.flatMap((rule) => channelOfTemplate(rule, hosts) ?? []);
  const may = named.length > 0 || found.size > 0 ? named : [listeners.default];
  for (const name of may) {
    if (facingChannels.has(name) && !isLocalChannelName(name) && !isReprocessing(name)) found.add(name);
  }
  return found;
}

/** Finds the channels of both kinds. */
export function outsideChannelsOf(
  listeners: Listeners,
  table: ChannelTable,
  rules: readonly RewriteRule[],
  hosts: HostTable,
): OutsideChannels {
  const facingChannels = facing(listeners, table);
  return { facing: facingChannels, leaving: leaving(facingChannels, listeners, table, rules, hosts) };
}
