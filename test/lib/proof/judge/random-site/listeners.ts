/*
 * Listeners, keywords and settings of random sites.
 */
import type { Random } from '../random.js';
import type { Part } from './part.js';

const routing = ['strict', 'strict', 'pmdf', 'off', 'off'] as const;
const listeners = [
  ...[
    '{ 587: tcp_submit }',
    '{ 587: tcp_submit }',
    '{ 26: tcp_other }',
    '{ 26: tcp_other, 587: tcp_submit }',
  ],
  ...['{ default: tcp_other, 25: tcp_local }', '{ 26: tcp_local, 25: tcp_other }', '{ 26: tcp_internal }'],
] as const;

/** The settings of pmdf.yaml. */
export function settings(random: Random): Part[] {
  const lines = [
    `built_in_source_routes: ${random.pick(routing)}`,
    random.pick(['source_routes: strip', 'source_routes: follow']),
    random.pick(['local_domains: []', 'local_domains: []', 'local_domains: [i]', 'local_domains: [ü]']),
  ];
  if (random.chance(25)) lines.push(`listeners: ${random.pick(listeners)}`);
  return lines.map((line) => ({ kind: 'setting', line }));
}

/** Whether a rule for all hosts would switch every client inside. */
function rulesLeadInside(rules: readonly string[]): boolean {
  return rules.some((line) => /^(\.|\[\]|\$\*) .*TCP-INTERNAL/.test(line));
}

/** The keywords of the channels, those that choose a channel first. */
export function keywords(random: Random, rules: readonly string[]): Part[] {
  const parts: Part[] = [];
  const add = (percent: number, channel: string, keyword: string): void => {
    if (random.chance(percent)) parts.push({ kind: 'keyword', channel, keyword });
  };
  add(85, 'tcp_local', 'switchchannel');
  add(rulesLeadInside(rules) ? 10 : 70, 'tcp_internal', 'allowswitchchannel');
  add(8, 'tcp_local', 'tlsswitchchannel tcp_tls');
  add(2, 'tcp_local', 'tlsswitchchannel tcp_internal');
  add(25, 'tcp_other', 'switchchannel');
  add(15, 'tcp_other', 'tlsswitchchannel tcp_tls');
  add(15, 'tcp_other', 'allowswitchchannel');
  add(20, 'tcp_tls', 'allowswitchchannel');
  add(10, 'tcp_tls', 'switchchannel');
  add(5, 'tcp_out', 'allowswitchchannel');
  add(50, 'tcp_submit', 'mustsaslserver');
  add(10, 'tcp_submit', 'tlsswitchchannel tcp_tls');
  add(5, 'tcp_local', 'musttls');
  add(10, 'tcp_other', 'musttls');
  add(4, 'tcp_local', 'bangoverpercent');
  add(4, 'tcp_internal', 'routelocal');
  add(4, 'tcp_local', '733');
  add(4, 'tcp_internal', 'uucp');
  add(5, 'l', 'viaaliasrequired');
  add(12, 'l', 'subaddressrelaxed');
  add(6, 'tcp_internal', 'aliaslocal');
  add(3, 'tcp_local', 'aliaslocal');
  add(3, 'l', 'routelocal');
  add(3, 'tcp_local', 'expandlimit 0 expandchannel process');
  add(3, 'tcp_internal', 'noreverse');
  add(3, 'tcp_local', 'remotehost');
  return parts;
}

/** Further host names of channels. */
export function hostNames(random: Random): Part[] {
  if (!random.chance(8)) return [];
  return [
    {
      kind: 'host',
      channel: random.pick(['l', 'tcp_internal', 'tcp_out']),
      line: random.pick(['q', 'z.q q']),
    },
  ];
}
