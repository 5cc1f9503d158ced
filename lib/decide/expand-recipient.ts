/*
 * Between the ORIG tables and the others: what a rewritten recipient becomes by aliases and forwarding under a policy,
 * or that a later pass is to find that out.
 * Ref: PMDF 2.3.4.16, 3.1, 3.4
 */
import { dequote, foldDomain, releaseBars, splitAddress } from '../address/index.js';
import { argumentOf, type Channel, hasKeyword, isLocalChannelName } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type Expansion,
  expandAddress,
  type Rewritten,
  type RoutedAddress,
  type SubaddressMatching,
} from '../forwarding/index.js';
import {
  channelNamed,
  isReprocessing,
  type Policy,
  type RecipientRequest,
  reprocessChannel,
  rewriteEnvelope,
  type Session,
  siteTables,
} from '../policy/index.js';
import { reply } from '../smtp/index.js';
import { forwardInputFlags } from './access-tables.js';

function matchingOf(channel: Channel): SubaddressMatching {
  if (hasKeyword(channel, 'subaddressrelaxed')) return 'relaxed';
  return hasKeyword(channel, 'subaddresswild') ? 'wild' : 'exact';
}

function routedTo(channel: Channel, address: string): RoutedAddress {
  return {
    address,
    channel: channel.name,
    hasAliases: isLocalChannelName(channel.name) || hasKeyword(channel, 'aliaslocal'),
    matching: matchingOf(channel),
    needsAlias: hasKeyword(channel, 'viaaliasrequired'),
  };
}

/** Tells whether `aliaspostmaster` of its channel sends an address, bars held, to the local postmaster. */
function isPostmasterAlias(channel: Channel, address: string): boolean {
  if (!hasKeyword(channel, 'aliaspostmaster') || isLocalChannelName(channel.name)) return false;
  const { localPart, domain } = splitAddress(address);
  const isOfficial = domain !== null && foldDomain(domain) === foldDomain(channel.officialHostName);
  return isOfficial && dequote(localPart).toLowerCase() === 'postmaster';
}

/** Rewrites an envelope To, bars held, and says what its channel thinks of it, or why it goes nowhere. */
export function* routeRecipient(
  policy: Policy,
  sourceChannel: string,
  address: string,
  environment: Environment,
): Lookup<Rewritten> {
  const result = yield* routeAddress(policy, sourceChannel, address, environment);
  if (result.kind !== 'routed') return result;
  const { channel, address: rewritten } = result.routed;
  if (!isPostmasterAlias(channelNamed(policy, channel), rewritten)) return result;
  return yield* routeAddress(policy, sourceChannel, `postmaster@${policy.localHost}`, environment);
}

function* routeAddress(
  policy: Policy,
  sourceChannel: string,
  address: string,
  environment: Environment,
): Lookup<Rewritten> {
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, address, which, environment);
  switch (result.kind) {
    case 'failed':
      return { kind: 'failed', cause: result.cause };
    case 'ceiling': {
      const text = `rewriting does not come to an end: ${releaseBars(address)}`;
      return { kind: 'refused', reply: reply(550, '5.4.6', text) };
    }
    case 'no-channel': {
      const code = result.status.startsWith('4') ? 450 : 550;
      const text = `${result.text}: ${releaseBars(address)}`;
      return { kind: 'refused', reply: reply(code, result.status, text) };
    }
    case 'routed':
      return { kind: 'routed', routed: routedTo(channelNamed(policy, result.channel.name), result.address) };
  }
}

/** The channel that expands recipients beyond the `expandlimit` of a source channel; null where this pass does it. */
export function laterChannel(
  policy: Policy,
  { sourceChannel }: Session,
  request: RecipientRequest,
): string | null {
  const source = channelNamed(policy, sourceChannel);
  const limit = argumentOf(source, 'expandlimit');
  if (limit === undefined || isReprocessing(sourceChannel) || isLocalChannelName(sourceChannel)) return null;
  if ((request.earlierRecipients ?? 0) < Number(limit)) return null;
  return argumentOf(source, 'expandchannel') ?? reprocessChannel;
}

/** Finds the final addresses of a rewritten recipient, or why it has none. */
export function* expandRecipient(
  policy: Policy,
  session: Session,
  request: RecipientRequest,
  routed: RoutedAddress,
  environment: Environment,
): Lookup<Expansion> {
  const { databases, limits } = policy.settings;
  return yield* expandAddress(routed, {
    aliases: { file: policy.aliases, hasDatabase: databases.alias !== null },
    rewrite: (address) => routeRecipient(policy, session.sourceChannel, address, environment),
    applyMapping: siteTables(policy, environment),
    inputFlags: forwardInputFlags(session, request),
    hasDatabase: databases.forward !== null,
    depth: limits.aliasDepth,
    most: limits.expansions,
    environment,
  });
}
