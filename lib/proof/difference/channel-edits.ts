/*
 * The channels that two policies have differently: keywords in force, host names, and the order of blocks where it counts, which is
 * in the table of hosts. Keywords without an effect here change nothing.
 * Ref: PMDF 2.3.2, 2.3.4
 */
import { type Channel, findKeyword } from '../../channel/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { canonicalText } from './canonical.js';

export interface ChannelEdit {
  readonly channel: string;
  readonly before: string | null;
  readonly now: string | null;
  /** Whether the gateway reads it at all. */
  readonly counts: boolean;
  readonly inBefore: Channel | null;
  readonly inNow: Channel | null;
}

interface Property {
  readonly text: string;
  readonly counts: boolean;
}

function propertiesOf(channel: Channel): ReadonlyMap<string, Property> {
  const found = new Map<string, Property>();
  for (const { keyword, arguments: words, span } of channel.keywords.values()) {
    const known = findKeyword(keyword);
    // A default that is spelled out is the same.
    if (known?.honoured === 'no' && span === null) continue;
    const text = [keyword, ...words].join(' ');
    found.set(`keyword ${text}`, { text, counts: known?.honoured !== 'no' });
  }
  for (const word of channel.groupIds) found.set(`group ${word}`, { text: word, counts: false });
  const official = `host ${channel.officialHostName}`;
  found.set(official, { text: official, counts: true });
  if (channel.localHostAlias !== null) {
    const alias = `local host alias ${channel.localHostAlias}`;
    found.set(alias, { text: alias, counts: true });
  }
  for (const { name, properName } of channel.hosts) {
    const text = `host ${[name, properName ?? ''].join(' ').trimEnd()}`;
    found.set(text, { text, counts: true });
  }
  return found;
}

function hostsOf({ policy }: CompiledPolicy): string {
  const hosts = [...policy.channels.hosts].map(([host, { channel, properName }]): [string, string] => [
    host,
    `${channel.name} ${properName ?? ''}`,
  ]);
  return canonicalText(new Map(hosts));
}

/** Finds what differs, property by property. */
export function channelEdits(before: CompiledPolicy, now: CompiledPolicy): readonly ChannelEdit[] {
  const [channelsBefore, channelsNow] = [before.policy.channels.channels, now.policy.channels.channels];
  const found: ChannelEdit[] = [];
  for (const name of new Set([...channelsBefore.keys(), ...channelsNow.keys()])) {
    const [one, other] = [channelsBefore.get(name) ?? null, channelsNow.get(name) ?? null];
    const of = { channel: name, inBefore: one, inNow: other };
    if (one === null || other === null) {
      const text = (channel: Channel | null) => (channel === null ? null : `channel ${name}`);
      found.push({ ...of, before: text(one), now: text(other), counts: true });
      continue;
    }
    const [propertiesBefore, propertiesNow] = [propertiesOf(one), propertiesOf(other)];
    for (const [key, { text, counts }] of propertiesBefore) {
      if (!propertiesNow.has(key)) found.push({ ...of, before: text, now: null, counts });
    }
    for (const [key, { text, counts }] of propertiesNow) {
      if (!propertiesBefore.has(key)) found.push({ ...of, before: null, now: text, counts });
    }
  }
  const order = found.every(({ counts }) => !counts) && hostsOf(before) !== hostsOf(now);
  const all = { channel: 'order of channels', inBefore: null, inNow: null };
  return order ? [...found, { ...all, before: 'one host', now: 'another host', counts: true }] : found;
}
