/*
 * The hosts that the relay audit fills its forms with: the site's own, found in its local domains, rules and channels,
 * and hosts outside, of the audit's own making. What is inside and what outside is asked of the rules.
 */
import { canonicalAddress, foldDomain, formatAddressLiteral } from '../../address/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  goesOutside,
  isReprocessing,
  leadsOutside,
  type Policy,
  rewriteEnvelope,
} from '../../policy/index.js';
import { type RulePattern, rulesOf } from '../../rewrite/index.js';

import { exampleHost } from '../lint-question.js';

/** The hosts for one source channel. */
export interface AuditHosts {
  /** What addresses are made to seem for: hosts that lead inside, and the site's own address literals. */
  readonly ends: readonly string[];
  /** Hosts of the site that were left out, since enough of their kind were taken. */
  readonly leftOut: number;
  /** Hosts that lead outside, or nowhere. */
  readonly far: readonly string[];
  /** Why hosts of the site could not be looked up; their mail is deferred, and no form is made for them. */
  readonly failures: readonly string[];
  /** Official host names of channels that mean nothing in an address from outside. */
  readonly channels: readonly string[];
  /** Plain names of the hosts where mail of a stranger has no business: `far`, and names of channels that lead outside. */
  readonly foreign: ReadonlySet<string>;
}

/** So many hosts of each kind are asked about; a site may have any number. */
const mostOfAKind = 8;

/** An address literal that a pattern of literals takes; null for other patterns. */
function exampleLiteral({ kind, tag, text }: RulePattern): string | null {
  if (tag !== '') return null;
  switch (kind) {
    case 'literal-prefix': {
      const given = text
        .slice(1, -1)
        .split('.')
        .filter((octet) => octet !== '');
      const octets = [...given, ...Array.from({ length: 4 - Math.min(4, given.length) }, () => '9')];
      const v4 = canonicalAddress(octets.join('.'));
      const v6 = canonicalAddress(
        `${text
          .slice(1, -1)
          .replace(/^IPv6:/i, '')
          .replace(/:+$/, '')}::9`,
      );
      const address = v4 ?? v6;
      return address === null ? null : formatAddressLiteral(address);
    }
    case 'any-literal':
      return '[192.0.2.9]';
    case 'host':
      return text.startsWith('[') ? text : null;
    default:
      return null;
  }
}

/** Where a host leads: what `process` makes of its mail may go anywhere. */
type Side = 'inside' | 'process' | 'outside' | { readonly failed: string };

/** Asks the rules. */
function* sideOf(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<Side> {
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `victim@${host}`, which, environment);
  switch (result.kind) {
    case 'routed': {
      if (isReprocessing(result.channel.name)) return 'process';
      return (yield* leadsOutside(policy, sourceChannel, host, environment)) ? 'outside' : 'inside';
    }
    case 'no-channel':
    case 'ceiling':
      return 'outside';
    case 'failed':
      return { failed: `the channel of ${host} cannot be looked up: ${result.cause}` };
  }
}

/** A host outside like any other. Ref: RFC 2606 */
export const ordinaryHost = 'relay-audit.example';

/** Hosts outside: with dots and without, a literal, and names that look like ours. Ref: RFC 2606, RFC 5737 */
function outsideHosts(ourDomain: string): string[] {
  return [
    ordinaryHost,
    'relay-audit',
    '[192.0.2.66]',
    `${ourDomain}.${ordinaryHost}`,
    `relay-audit-${ourDomain}`,
  ];
}

/** Finds the hosts for forms that come in on a source channel. */
export function* auditHosts(
  { policy, rules }: CompiledPolicy,
  sourceChannel: string,
  newEnvironment: () => Environment,
): Lookup<AuditHosts> {
  const patterns = rulesOf(rules).map(({ pattern }) => pattern);
  const named = patterns.filter(({ kind }) => kind === 'host' || kind === 'suffix' || kind === 'stars');
  const channels = [...policy.channels.channels.values()];
  const inside = channels.filter((channel) => !goesOutside(policy, channel.name));
  const kinds: readonly (readonly (string | null)[])[] = [
    [...policy.localDomains],
    named.map(exampleHost),
    inside.flatMap(({ hosts }) => hosts.map(({ name }) => name)),
    patterns.map(exampleLiteral),
  ];
  const failures: string[] = [];
  const ends = new Set<string>();
  const known = new Set<string>();
  let leftOut = 0;
  for (const [index, kind] of kinds.entries()) {
    const isLiterals = index === kinds.length - 1;
    let taken = 0;
    for (const host of kind) {
      if (host === null || known.has(foldDomain(host))) continue;
      known.add(foldDomain(host));
      if (taken === mostOfAKind) {
        leftOut += 1;
        continue;
      }
      // Rules about literals are often for clients only; a server behind may still know itself by one.
      const side = isLiterals ? 'inside' : yield* sideOf(policy, sourceChannel, host, newEnvironment());
      if (typeof side === 'object') failures.push(side.failed);
      if (side !== 'inside' && side !== 'process') continue;
      ends.add(host);
      taken += 1;
    }
  }
  const far: string[] = [];
  for (const host of outsideHosts(policy.localHost)) {
    if ((yield* sideOf(policy, sourceChannel, host, newEnvironment())) !== 'inside') far.push(host);
  }
  const outsideNames = channels
    .filter((channel) => goesOutside(policy, channel.name))
    .map(({ officialHostName }) => foldDomain(officialHostName))
    .filter((name) => policy.channelNames.has(name));
  return {
    ends: [...ends],
    leftOut,
    far,
    failures,
    channels: channels
      .map(({ officialHostName }) => officialHostName)
      .filter((name) => policy.channelNames.has(foldDomain(name))),
    foreign: new Set([...far.map(foldDomain), ...outsideNames]),
  };
}
