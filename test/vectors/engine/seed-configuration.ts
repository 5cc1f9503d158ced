/*
 * The configuration that separates internal from external connections, as pmdf.cnf text, for any networks and domain:
 * outsiders come in on tcp_local, clients covered by an internal rule on tcp_internal.
 */
import { VectorProblem } from '../vector.js';

/** Differences between sites. */
export interface SeedSite {
  /** Octets with their dots, such as `192.168.`. */
  readonly networks: readonly string[];
  /** The first one is that of the local channel. */
  readonly domains: readonly string[];
}

/** Keywords that a vector adds to the first line of a channel, by channel; unknown channels are created. */
export type AddedKeywords = ReadonlyMap<string, readonly string[]>;

const described = /^seed(?: configuration)? ?\((?:(.+?) internal)?,? ?([^,]*?)\)$/;

function listed(text: string): readonly string[] {
  return text.split(/[\s,+&]+/).filter((word) => !['', 'and', 'internal'].includes(word));
}

/** Writes a network as rules do: its first octets with a dot after each, or a whole address. */
function asPattern(network: string): string {
  const octets = (network.split('/')[0] ?? '').split('.').filter((octet) => octet !== '');
  const kept = network.includes('/') ? Number(network.split('/')[1]) / 8 : octets.length;
  const isSound = octets.every((octet) => /^\d{1,3}$/.test(octet)) && [1, 2, 3, 4].includes(kept);
  if (!isSound || kept > octets.length) {
    throw new VectorProblem(`\`${network}\` is not a network of whole octets, such as \`192.168.\``);
  }
  return kept === 4 ? octets.join('.') : `${octets.slice(0, kept).join('.')}.`;
}

/** Reads `seed (192.168. internal, domain.com)`. */
export function readSeedSite(text: string): SeedSite {
  const found = described.exec(text);
  const networks = listed(found?.[1] ?? '').map(asPattern);
  const domains = listed(found?.[2] ?? '');
  if (found === null || domains.length === 0) {
    throw new VectorProblem(`\`${text}\` is not of the form \`seed (192.168. internal, domain.com)\``);
  }
  return { networks, domains };
}

const channelLines: readonly (readonly [name: string, keywords: string, host: string])[] = [
  ['tcp_local', 'smtp single_sys mx switchchannel remotehost', 'TCP-DAEMON'],
  ['tcp_internal', 'smtp single_sys mx allowswitchchannel', 'TCP-INTERNAL'],
  ['process', '', 'PROCESS-DAEMON'],
];

/** Channels that keywords such as `saslswitchchannel` name. */
function switchTargets(added: AddedKeywords): readonly string[] {
  return [...added.values()].flatMap((words) =>
    words.flatMap((word, index) =>
      /^(?:sasl|tls)switchchannel$/i.test(words[index - 1] ?? '') ? [word] : [],
    ),
  );
}

/** The official host name of a channel other than the local one. */
export function hostOfChannel(channel: string): string {
  const [, , host] = channelLines.find(([name]) => name === channel) ?? [];
  return host ?? channel.toUpperCase().replaceAll('_', '-').concat('-DAEMON');
}

/** Writes the channel blocks, the local channel first. */
function channelBlocks(domains: readonly string[], added: AddedKeywords): readonly string[] {
  const block = (name: string, keywords: string, hosts: readonly string[]): string =>
    [[name, keywords, ...(added.get(name) ?? [])].filter((word) => word !== '').join(' '), ...hosts].join(
      '\n',
    );
  const known = new Set(['l', ...channelLines.map(([name]) => name)]);
  const further = new Set([...added.keys(), ...switchTargets(added)].filter((name) => !known.has(name)));
  return [
    block('l', '', domains),
    ...channelLines.map(([name, keywords, host]) => block(name, keywords, [host])),
    ...[...further].map((name) => block(name, 'smtp single_sys mx', [hostOfChannel(name)])),
  ];
}

/** Writes pmdf.cnf; `ownRules` come before the others. */
export function seedConfiguration(
  { networks, domains }: SeedSite,
  added: AddedKeywords = new Map(),
  ownRules: readonly string[] = [],
): string {
  const rules = [
    ...ownRules,
    ...domains.map((domain) => `${domain}  $U@${domain}`),
    ...domains.map((domain) => `.${domain}  $U%$H$D@TCP-INTERNAL`),
    ...networks.map(
      (network) => `[${network}]  $U%[${network}${network.endsWith('.') ? '$L' : ''}]@TCP-INTERNAL$E$R`,
    ),
    '.  $U%$H@TCP-DAEMON',
  ];
  return [rules.join('\n'), 'defaults noswitchchannel', ...channelBlocks(domains, added), ''].join('\n\n');
}
