/*
 * The channels that sessions come in on: those of strangers, those that the rules switch clients to by their address or name, and
 * those that clients come to after AUTH.
 * Ref: PMDF 2.3.4.42, 2.3.4.43
 */
import { mayBeSwitchedTo, switchAfterAuth, switchesClients } from '../../channel/index.js';
import { demandOfAuth } from '../../decide/index.js';
import {
  channelNamed,
  type EntryPoint,
  entryPointsOf,
  listenerChannels,
  type Policy,
  strangerAt,
} from '../../policy/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { numberOf } from '../language/characters.js';
import type { Language } from '../language/language.js';
import { namesOfChannels, type SharedLanguages } from '../relay/search-ground.js';

/** A channel that sessions come in on. */
export interface MatrixSource extends EntryPoint {
  /** Whether its clients have to authenticate, there or on the way to it. */
  readonly authenticated: boolean;
  /** Addresses of clients that come to it by their address; null where none does. */
  readonly clients: Language | null;
}

/** The addresses in literals. */
function addressesIn(literals: Language, { languages, ipv4 }: AddressLanguages): Language {
  const inside = languages.after(literals, numberOf('['));
  return languages.intersection([ipv4, languages.before(inside, numberOf(']'))]);
}

function switchedFrom(
  policy: Policy,
  { channel: source, port }: Pick<MatrixSource, 'channel' | 'port'>,
  { finder, addresses }: SharedLanguages,
): MatrixSource[] {
  const { languages } = addresses;
  if (!switchesClients(channelNamed(policy, source))) return [];
  const question = { source, direction: 'backward' as const, inner: languages.nothing };
  // No client has the name of a channel.
  const host = languages.difference(addresses.host, namesOfChannels(policy, addresses));
  const routes = finder.find(question, { local: languages.text('postmaster'), host });
  const found = new Map<string, Language[]>();
  for (const { channel, host } of routes) {
    if (channel === source || !mayBeSwitchedTo(channelNamed(policy, channel))) continue;
    const known = found.get(channel) ?? [];
    known.push(host);
    found.set(channel, known);
  }
  return [...found].map(([channel, hosts]) => {
    const clients = addressesIn(languages.union(hosts), addresses);
    const entryPoint = { channel, port, tls: false, switched: null };
    return {
      ...entryPoint,
      authenticated: demandOfAuth(policy, strangerAt(policy, entryPoint)) !== null,
      clients: clients === languages.nothing ? null : clients,
    };
  });
}

/** Finds them, in the order of the channels in the file. */
export function matrixSources(policy: Policy, shared: SharedLanguages): readonly MatrixSource[] {
  const first = entryPointsOf(policy).map((entryPoint): MatrixSource => {
    const authenticated = demandOfAuth(policy, strangerAt(policy, entryPoint)) !== null;
    return { ...entryPoint, authenticated, clients: null };
  });
  const sources = new Map(first.map((one) => [one.channel, one]));
  const add = (one: MatrixSource): void => {
    if (!sources.has(one.channel)) sources.set(one.channel, one);
  };
  const listening = new Set(
    listenerChannels({ ...policy, channels: policy.channels }).map(({ name }) => name),
  );
  for (const one of first) {
    if (!listening.has(one.channel)) continue;
    for (const switched of switchedFrom(policy, one, shared)) add(switched);
  }
  for (const { channel, port, tls, switched } of [...sources.values()]) {
    const target = switchAfterAuth(policy.channels, channelNamed(policy, channel));
    if (target !== null)
      add({ channel: target.name, port, tls, switched, authenticated: true, clients: null });
  }
  return [...policy.channels.channels.keys()].flatMap((name) => sources.get(name) ?? []);
}
