/*
 * What is true of a random site, by its parts and not by the policy: which channels lead outside, and whose the hosts are.
 */
import type { Truth } from '../site.js';
import { ofKind, type Part } from './part.js';

/** The channels by their official host names. */
export const channelHosts: ReadonlyMap<string, string> = new Map([
  ['TCP-DAEMON', 'tcp_local'],
  ['TCP-INTERNAL', 'tcp_internal'],
  ['TCP-OUT', 'tcp_out'],
  ['TCP-OTHER', 'tcp_other'],
  ['TLS-DAEMON', 'tcp_tls'],
  ['SUBMIT-DAEMON', 'tcp_submit'],
  ['PROCESS-DAEMON', 'process'],
]);

const always: readonly string[] = ['tcp_local', 'tcp_internal', 'tcp_out', 'process'];

/** The channels that the site has: the usual ones, and those that a rule, a setting or a keyword names. */
export function channelsOf(parts: readonly Part[]): ReadonlySet<string> {
  const text = [
    ...ofKind(parts, 'rule').map(({ line }) => line),
    ...ofKind(parts, 'setting').map(({ line }) => line),
    ...ofKind(parts, 'keyword').map(({ keyword }) => keyword),
  ].join(' ');
  const named = [...channelHosts].filter(([host, channel]) => text.includes(host) || text.includes(channel));
  return new Set([...always, ...named.map(([, channel]) => channel)]);
}

/** Rules for all hosts; and those for hosts of anyone, such as every address literal, too. Both under whatever tag. */
const forAllHosts = /^([^ |]*\|)?(\.|\$\*) /;
const forAnyone = /^([^ |]*\|)?(\.|\$\*|\*\.\*|\[\]|\[IPv6:\]) /;

/** The channels that the rules with such a pattern name. */
function channelsNamedBy(rules: readonly string[], patterns: RegExp): ReadonlySet<string> {
  const found = new Set<string>();
  for (const rule of rules) {
    if (!patterns.test(rule)) continue;
    const [, host = ''] = /[%@]([A-Z-]+)(?:\$[A-Z][^%@]*)*(?:\$[0-9]*\?.*)?$/.exec(rule) ?? [];
    const channel = channelHosts.get(host);
    if (channel !== undefined) found.add(channel);
  }
  return found;
}

/** The channel of each port that a listener names, and of all others. */
function channelsOfListeners(parts: readonly Part[]): {
  readonly first: string;
  readonly all: readonly string[];
} {
  const line = ofKind(parts, 'setting').find((one) => one.line.startsWith('listeners:'))?.line ?? '';
  const first = /default: (\w+)/.exec(line)?.[1] ?? 'tcp_local';
  return { first, all: [first, ...[...line.matchAll(/\d+: (\w+)/g)].map(([, channel = '']) => channel)] };
}

/** A channel with `switchchannel`; one that strangers come in on and rules for all hosts name; without either the first. */
function leavingChannels(parts: readonly Part[], forAll: ReadonlySet<string>): ReadonlySet<string> {
  const keywords = ofKind(parts, 'keyword').map(({ channel, keyword }) => [channel, ...keyword.split(' ')]);
  const channels = channelsOf(parts);
  const switching = keywords.flatMap(([channel = '', keyword]) =>
    keyword === 'switchchannel' && channels.has(channel) ? [channel] : [],
  );
  const { first, all } = channelsOfListeners(parts);
  const begins = new Set([...all, ...switching]);
  const underTls = keywords.flatMap(([channel = '', keyword, target = '']) =>
    keyword === 'tlsswitchchannel' && begins.has(channel) ? [target] : [],
  );
  const facing = new Set([...begins, ...underTls]);
  const leaving = new Set([...switching, ...[...forAll].filter((channel) => facing.has(channel))]);
  return forAll.size === 0 && leaving.size === 0 ? new Set([first]) : leaving;
}

/**
 * Whose the hosts of a rule are: it is known only where one rule without conditions decides. `named` are the keys of the general
 * database: where a rule asks it about hosts, the site may mean its own by them.
 */
function ownersOf(rules: readonly string[], named: readonly string[]): Pick<Truth, 'ours' | 'unclear'> {
  const ours: string[] = ['d'];
  const unclear: string[] = [
    ...[...channelHosts.keys()].map((host) => host.toLowerCase()),
    ...['q', '.q', 'ü', '.ü'],
    ...(rules.some((rule) => rule.includes('$(')) ? named : []),
  ];
  const decide = (pattern: string, host: string, without: 'unclear' | 'foreign'): void => {
    const matching = rules.filter((rule) => rule.replace(/^t\|/, '').startsWith(`${pattern} `));
    const [rule = '', ...others] = matching;
    if (matching.length === 0) {
      if (without === 'unclear') unclear.push(host);
    } else if (
      others.length === 0 &&
      /^\S+ \$U(%|%\$H\$D@|@)[^$]*$/.test(rule) &&
      /@TCP-INTERNAL$|%d$|@d$|%i$/.test(rule)
    )
      ours.push(host);
    else if (others.length > 0 || !/^\S+ \$U%p@TCP-DAEMON$/.test(rule)) unclear.push(host);
  };
  decide('.d', '.d', 'unclear');
  decide('i', 'i', 'unclear');
  decide('p', 'p', 'foreign');
  if (rules.some((rule) => rule.startsWith('*.d '))) unclear.push('.d');
  if (rules.some((rule) => rule.startsWith('* '))) unclear.push('*');
  if (rules.some((rule) => rule.startsWith('['))) unclear.push('[');
  return { ours: ours.filter((host) => !unclear.includes(host)), unclear };
}

/** What is true of a site with these parts; `named` are the keys of its general database. */
export function truthOf(parts: readonly Part[], named: readonly string[]): Truth {
  const rules = ofKind(parts, 'rule').map(({ line }) => line);
  return {
    leaving: leavingChannels(parts, channelsNamedBy(rules, forAllHosts)),
    forAll: channelsNamedBy(rules, forAnyone),
    ...ownersOf(rules, named),
  };
}
