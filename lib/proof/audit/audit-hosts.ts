/*
 * The hosts for the forms of the relay audit: hosts of the site, from its local domains, rules and channels, and hosts
 * outside that the audit makes up. The policy itself says which side a host is on.
 */
import { foldDomain } from '../../address/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  goesOutside,
  isReprocessing,
  leadsOutside,
  type Policy,
  rewriteEnvelope,
} from '../../policy/index.js';
import { rulesOf } from '../../rewrite/index.js';
import { exampleHost, exampleLiteral } from '../example-host.js';

/** The hosts for one source channel. */
export interface AuditHosts {
  /** Hosts of the site that lead inside, and its own address literals. */
  readonly local: readonly string[];
  /** Hosts that lead outside, or nowhere. */
  readonly targets: readonly string[];
  /** Official host names of channels that are rejected in an address from outside. */
  readonly channels: readonly string[];
  /** Where mail of a stranger must not get to: `targets`, and names of channels that lead outside. */
  readonly foreign: ReadonlySet<string>;
  /** Hosts of the site that were not taken, since there are enough of their kind. */
  readonly leftOut: number;
  /** Why hosts of the site could not be looked up. */
  readonly failures: readonly string[];
}

/** The number of hosts of each kind. */
const mostOfAKind = 8;

/** Whether a host leads inside; mail on the process channel can go anywhere, and its hosts are of the site. */
type Side = 'inside' | 'process' | 'outside' | { readonly failed: string };

function* sideOf(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<Side> {
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `victim@${host}`, which, environment);
  if (result.kind === 'failed')
    return { failed: `the channel of ${host} cannot be looked up: ${result.cause}` };
  if (result.kind === 'routed' && isReprocessing(result.channel.name)) return 'process';
  return (yield* leadsOutside(policy, sourceChannel, host, environment)) ? 'outside' : 'inside';
}

/** An ordinary host outside. Ref: RFC 2606 */
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

/** Hosts of the site, by kind: local domains, hosts of rules, hosts of channels inside, address literals. */
function siteHosts({ policy, rules }: CompiledPolicy): readonly (readonly (string | null)[])[] {
  const patterns = rulesOf(rules).map(({ pattern }) => pattern);
  const named = patterns.filter(({ kind }) => kind === 'host' || kind === 'suffix' || kind === 'stars');
  const inside = [...policy.channels.channels.values()].filter(({ name }) => !goesOutside(policy, name));
  return [
    [...policy.localDomains],
    named.map(exampleHost),
    inside.flatMap(({ hosts }) => hosts.map(({ name }) => name)),
    patterns.filter(({ kind }) => kind !== 'stars').map(exampleLiteral),
  ];
}

function* localHosts(
  compiled: CompiledPolicy,
  side: (host: string) => Lookup<Side>,
): Lookup<Pick<AuditHosts, 'local' | 'leftOut' | 'failures'>> {
  const failures: string[] = [];
  const local = new Set<string>();
  const known = new Set<string>();
  let leftOut = 0;
  const kinds = siteHosts(compiled);
  for (const [index, hosts] of kinds.entries()) {
    const isLiterals = index === kinds.length - 1;
    let taken = 0;
    for (const host of hosts) {
      if (host === null || known.has(foldDomain(host))) continue;
      known.add(foldDomain(host));
      if (taken === mostOfAKind) {
        leftOut += 1;
        continue;
      }
      // Rules for literals are often for clients only; a server behind this one may still know itself by one.
      const found = isLiterals ? 'inside' : yield* side(host);
      if (typeof found === 'object') failures.push(found.failed);
      if (found !== 'inside' && found !== 'process') continue;
      local.add(host);
      taken += 1;
    }
  }
  return { local: [...local], leftOut, failures };
}

/** Finds the hosts for mail that comes in on a channel. */
export function* auditHosts(
  compiled: CompiledPolicy,
  sourceChannel: string,
  newEnvironment: () => Environment,
): Lookup<AuditHosts> {
  const { policy } = compiled;
  const side = (host: string) => sideOf(policy, sourceChannel, host, newEnvironment());
  const found = yield* localHosts(compiled, side);
  const targets: string[] = [];
  for (const host of outsideHosts(policy.localHost)) if ((yield* side(host)) !== 'inside') targets.push(host);
  const named = [...policy.channels.channels.values()].filter(({ officialHostName }) =>
    policy.channelNames.has(foldDomain(officialHostName)),
  );
  const outside = named.filter(({ name }) => goesOutside(policy, name));
  return {
    ...found,
    targets,
    channels: named.map(({ officialHostName }) => officialHostName),
    foreign: new Set([
      ...targets.map(foldDomain),
      ...outside.map(({ officialHostName }) => foldDomain(officialHostName)),
    ]),
  };
}
