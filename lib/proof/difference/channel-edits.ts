/*
 * The channels that two policies have differently: keywords in force, host names, and the order of blocks where it counts, which is
 * in the table of hosts. Keywords without an effect here change nothing. Nor does a default that is written, except where the text
 * of PMDF and the default of the gateway differ, as for `forwardchecknone`.
 * Ref: PMDF 2.3.2, 2.3.4
 */
import { type Channel, findKeyword } from '../../channel/index.js';
import { type CompiledPolicy, deliveryRoute } from '../../policy/index.js';
import { canonicalText } from './canonical.js';
import { type KnownEffect, knownEffectOf } from './keyword-scope.js';

export interface ChannelEdit {
  readonly channel: string;
  readonly before: string | null;
  readonly now: string | null;
  /** Set where its effect is known without a trial. */
  readonly known: KnownEffect | null;
  readonly inBefore: Channel | null;
  readonly inNow: Channel | null;
}

interface Property {
  readonly text: string;
  /** Null for what is not a keyword. */
  readonly keyword: string | null;
  /** Whether the gateway reads it at all. */
  readonly counts: boolean;
}

/** Defaults of PMDF that say more when they are written: the gateway has another default, or takes one of its own. */
const tellingDefaults: ReadonlySet<string> = new Set([
  'forwardchecknone',
  'nosmtp',
  'notlsclient',
  'defaultmx',
]);

/** All that a default which is written may change: where clients go, and how mail is sent. */
function effectOfWritten({ policy }: CompiledPolicy, channel: Channel): string {
  return canonicalText([channel.switching, deliveryRoute(policy, channel.name)]);
}

/** The keywords in force and the names of a channel. With `tellsWritten` defaults count only where they are written. */
function propertiesOf(channel: Channel, tellsWritten: boolean): ReadonlyMap<string, Property> {
  const found = new Map<string, Property>();
  for (const { keyword, arguments: words, span } of channel.keywords.values()) {
    const known = findKeyword(keyword);
    // Its halves say the same.
    if (known !== undefined && known.halves.length > 0) continue;
    // A default that is spelled out is the same.
    const isPlainDefault = known?.honoured === 'no' || (tellsWritten && tellingDefaults.has(keyword));
    if (isPlainDefault && span === null) continue;
    const text = [keyword, ...words].join(' ');
    found.set(`keyword ${text}`, { text, keyword, counts: known?.honoured !== 'no' });
  }
  for (const word of channel.groupIds)
    found.set(`group ${word}`, { text: word, keyword: null, counts: false });
  const official = `host ${channel.officialHostName}`;
  found.set(official, { text: official, keyword: null, counts: true });
  if (channel.localHostAlias !== null) {
    const alias = `local host alias ${channel.localHostAlias}`;
    found.set(alias, { text: alias, keyword: null, counts: true });
  }
  for (const { name, properName } of channel.hosts) {
    const text = `host ${[name, properName ?? ''].join(' ').trimEnd()}`;
    found.set(text, { text, keyword: null, counts: true });
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

const unused: KnownEffect = { effect: 'not-decided', why: 'the gateway does not use it' };

/** Finds what differs, property by property. */
export function channelEdits(before: CompiledPolicy, now: CompiledPolicy): readonly ChannelEdit[] {
  const [channelsBefore, channelsNow] = [before.policy.channels.channels, now.policy.channels.channels];
  const found: ChannelEdit[] = [];
  for (const name of new Set([...channelsBefore.keys(), ...channelsNow.keys()])) {
    const [one, other] = [channelsBefore.get(name) ?? null, channelsNow.get(name) ?? null];
    const of = { channel: name, inBefore: one, inNow: other };
    if (one === null || other === null) {
      const text = (channel: Channel | null) => (channel === null ? null : `channel ${name}`);
      found.push({ ...of, before: text(one), now: text(other), known: null });
      continue;
    }
    const sides = [
      { compiled: before, channel: one },
      { compiled: now, channel: other },
    ];
    const knownOf = ({ keyword, counts }: Property): KnownEffect | null => {
      if (!counts) return unused;
      return keyword === null ? null : knownEffectOf(keyword, sides);
    };
    const tellsWritten = effectOfWritten(before, one) !== effectOfWritten(now, other);
    const [propertiesBefore, propertiesNow] = [
      propertiesOf(one, tellsWritten),
      propertiesOf(other, tellsWritten),
    ];
    for (const [key, property] of propertiesBefore) {
      if (propertiesNow.has(key)) continue;
      found.push({ ...of, before: property.text, now: null, known: knownOf(property) });
    }
    for (const [key, property] of propertiesNow) {
      if (propertiesBefore.has(key)) continue;
      found.push({ ...of, before: null, now: property.text, known: knownOf(property) });
    }
  }
  const order = found.every(({ known }) => known !== null) && hostsOf(before) !== hostsOf(now);
  const all = { channel: 'order of channels', inBefore: null, inNow: null };
  return order ? [...found, { ...all, before: 'one host', now: 'another host', known: null }] : found;
}
