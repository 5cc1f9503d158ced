/*
 * An address of any kind rewritten under a whole policy; decisions themselves rewrite envelope addresses only.
 */
import type { Environment } from '../../../lib/engine/environment.js';
import type { Lookup } from '../../../lib/engine/lookup.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { siteTables } from '../../../lib/policy/rewriting.js';
import { rewriteAddress } from '../../../lib/rewrite/rewrite-address.js';
import type { RewriteResult } from '../../../lib/rewrite/rewrite-context.js';
import { VectorProblem } from '../vector.js';
import type { AddressKind } from './rewriting.js';

/** Which address, and for which source channel. */
export interface AddressUnder extends AddressKind {
  readonly address: string;
  readonly sourceChannel: string;
}

/** Rewrites an address under a policy. */
export function rewriteUnder(
  policy: Policy,
  { address, sourceChannel, location, direction }: AddressUnder,
  environment: Environment,
): Lookup<RewriteResult> {
  const source = policy.routingChannels.get(sourceChannel);
  if (source === undefined) throw new VectorProblem(`the configuration has no channel \`${sourceChannel}\``);
  return rewriteAddress(
    policy.rules,
    address,
    { location, direction, sourceChannel: source, destinationChannel: null },
    {
      hosts: policy.hosts,
      localHost: policy.localHost,
      localDomains: policy.localDomains,
      applyMapping: siteTables(policy, environment),
      environment,
      ceiling: policy.settings.limits.rewrites,
      domainDatabase: policy.settings.databases.domain !== null,
    },
  );
}
