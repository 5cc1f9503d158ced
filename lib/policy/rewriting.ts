/*
 * Rewriting under a policy: the rules with the channel table, the mapping tables and the databases that they consult.
 */
import type { Environment, Lookup } from '../engine/index.js';
import { type ApplyMapping, applyTable } from '../mapping/index.js';
import { type RewriteContext, type RewriteResult, rewriteAddress } from '../rewrite/index.js';
import type { Policy } from './policy.js';

/** Binds the site's mapping tables to one run. */
export function siteTables(policy: Policy, environment: Environment): ApplyMapping {
  return (table, probe, inputFlags) => applyTable(policy.mappings, table, probe, { inputFlags, environment });
}

/** Which address is rewritten: in which direction, and for which channels. */
export interface EnvelopeRewrite {
  readonly direction: RewriteContext['direction'];
  readonly sourceChannel: string;
  /** Null, or not given, while it is not known. */
  readonly destinationChannel?: string | null;
}

function rewriteAt(
  location: RewriteContext['location'],
  policy: Policy,
  address: string,
  { direction, sourceChannel, destinationChannel }: EnvelopeRewrite,
  environment: Environment,
): Lookup<RewriteResult> {
  return rewriteAddress(
    policy.rules,
    address,
    {
      location,
      direction,
      sourceChannel: policy.routingChannels.get(sourceChannel) ?? null,
      destinationChannel: policy.routingChannels.get(destinationChannel ?? '') ?? null,
    },
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

/** Rewrites one envelope address. */
export function rewriteEnvelope(
  policy: Policy,
  address: string,
  which: EnvelopeRewrite,
  environment: Environment,
): Lookup<RewriteResult> {
  return rewriteAt('envelope', policy, address, which, environment);
}

/** Rewrites one address as the rules would have it in a header. */
export function rewriteHeader(
  policy: Policy,
  address: string,
  which: EnvelopeRewrite,
  environment: Environment,
): Lookup<RewriteResult> {
  return rewriteAt('header', policy, address, which, environment);
}
