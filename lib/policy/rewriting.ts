/*
 * Rewriting under a policy: the rules with the channel table, the mapping tables and the databases that they consult.
 */
import type { Environment, Lookup } from '../engine/index.js';
import { type ApplyMapping, applyTable } from '../mapping/index.js';
import { Rewrite, type RewriteContext, type RewriteResult } from '../rewrite/index.js';
import type { Policy } from './policy.js';

/** What rewriting needs of a policy. */
export type RewritingPolicy = Pick<
  Policy,
  'rules' | 'routingChannels' | 'hosts' | 'localHost' | 'localDomains' | 'settings' | 'mappings'
>;

/** Binds the site's mapping tables to one run. */
export function siteTables(policy: Pick<Policy, 'mappings'>, environment: Environment): ApplyMapping {
  return (table, probe, inputFlags) => applyTable(policy.mappings, table, probe, { inputFlags, environment });
}

/** Which address is rewritten: where it is, in which direction, and for which channels. */
export interface EnvelopeRewrite {
  /** `envelope` when not given. */
  readonly location?: RewriteContext['location'];
  readonly direction: RewriteContext['direction'];
  readonly sourceChannel: string;
  /** Null, or not given, while it is not known. */
  readonly destinationChannel?: string | null;
}

/**
 * Begins to rewrite an address: `runOn` of the result gives what it becomes, or null where something is asked, and `finish` then
 * runs to the end.
 */
export function beginRewrite(
  policy: RewritingPolicy,
  address: string,
  { location = 'envelope', direction, sourceChannel, destinationChannel }: EnvelopeRewrite,
  environment: Environment,
): Rewrite {
  const { rules, routingChannels, hosts, localHost, localDomains, settings } = policy;
  const context = {
    location,
    direction,
    sourceChannel: routingChannels.get(sourceChannel) ?? null,
    destinationChannel:
      typeof destinationChannel === 'string' ? (routingChannels.get(destinationChannel) ?? null) : null,
  };
  const world = {
    hosts,
    localHost,
    localDomains,
    domainUrl: settings.ldap.domainUrl?.search ?? null,
    applyMapping: siteTables(policy, environment),
    environment,
    ceiling: settings.limits.rewrites,
    domainDatabase: settings.databases.domain !== null,
  };
  return new Rewrite({ rules, context, world }, address);
}

export function rewriteEnvelope(
  policy: Policy,
  address: string,
  which: EnvelopeRewrite,
  environment: Environment,
): Lookup<RewriteResult> {
  return beginRewrite(policy, address, which, environment).finish();
}

/** Rewrites one address as the rules would have it in a header. */
export function rewriteHeader(
  policy: Policy,
  address: string,
  which: EnvelopeRewrite,
  environment: Environment,
): Lookup<RewriteResult> {
  return rewriteEnvelope(policy, address, { ...which, location: 'header' }, environment);
}
