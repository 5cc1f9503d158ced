/*
 * Rewrites a recipient, and expands it by aliases, directories and forwarding, unless `expandlimit` leaves that to a later pass.
 * Ref: PMDF 2.3.4.16, 3.1, 3.4
 */
import { dequote, foldDomain, holdBars, releaseBars, splitAddress } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { type AliasResult, expandAddress, type Rewritten, type RoutedAddress } from '../forwarding/index.js';
import {
  beginRewrite,
  compiledChannel,
  type Policy,
  type RecipientRequest,
  type Session,
  siteTables,
  upperDomainOf,
} from '../policy/index.js';
import type { RewriteResult } from '../rewrite/index.js';
import { reply } from '../smtp/index.js';
import type { DecisionContext } from './context.js';
import { lookUpInDirectory } from './look-up-directory.js';
import { forwardInputFlags } from './table-facts.js';

/** Rewrites an envelope To: gives its address and channel, or why it has none. */
export function* routeRecipient(
  policy: Policy,
  sourceChannel: string,
  address: string,
  environment: Environment,
): Lookup<Rewritten> {
  const which = { direction: 'forward', sourceChannel } as const;
  const rewrite = beginRewrite(policy, address, which, environment);
  const result = rewrite.runOn() ?? (yield* rewrite.finish());
  if (!isForPostmaster(policy, result)) return rewrittenAs(policy, address, result);
  const local = beginRewrite(policy, `postmaster@${policy.localHost}`, which, environment);
  return rewrittenAs(policy, address, local.runOn() ?? (yield* local.finish()));
}

/** What the result of a rewrite means to a recipient. */
function rewrittenAs(policy: Policy, address: string, result: RewriteResult): Rewritten {
  switch (result.kind) {
    case 'failed':
      return { kind: 'failed', cause: result.cause };
    case 'ceiling': {
      const text = `rewriting does not terminate: ${releaseBars(address)}`;
      return { kind: 'refused', reply: reply(550, '5.4.6', text) };
    }
    case 'no-channel': {
      const code = result.status.startsWith('4') ? 450 : 550;
      const text = `${result.text}: ${releaseBars(address)}`;
      return { kind: 'refused', reply: reply(code, result.status, text) };
    }
    case 'routed': {
      const found = compiledChannel(policy, result.channel.name);
      const { name: channel, hasAliases, matching, needsAlias, looksUp } = found;
      const address = holdBars(result.address);
      const routed = { address, channel, hasAliases, matching, needsAlias, looksUp };
      return { kind: 'routed', routed };
    }
  }
}

/** Whether a recipient goes to the local postmaster instead, as `aliaspostmaster` of its channel says. */
function isForPostmaster(policy: Policy, result: RewriteResult): boolean {
  if (result.kind !== 'routed') return false;
  const { postmasterHost } = compiledChannel(policy, result.channel.name);
  return postmasterHost !== null && isPostmaster(result.address, postmasterHost);
}

function isPostmaster(address: string, host: string): boolean {
  const { localPart, domain } = splitAddress(address);
  return domain !== null && foldDomain(domain) === host && dequote(localPart).toLowerCase() === 'postmaster';
}

/** The channel that expands recipients beyond the `expandlimit` of a source channel; null if this pass expands them. */
export function laterChannel(
  policy: Policy,
  { sourceChannel }: Session,
  { earlierRecipients = 0 }: RecipientRequest,
): string | null {
  const { expandLimit, expandChannel } = compiledChannel(policy, sourceChannel);
  return earlierRecipients < expandLimit ? null : expandChannel;
}

/** Tells whether aliases, forwarding or a directory have to be looked at for a rewritten recipient. */
export function mayBeExpanded({ hasForwarding }: Policy, { needsAlias, looksUp }: RoutedAddress): boolean {
  return hasForwarding || needsAlias || looksUp;
}

/** Finds the final addresses of a rewritten recipient, or why it has none. */
export function expandRecipient(
  context: DecisionContext,
  request: RecipientRequest,
  routed: RoutedAddress,
): Lookup<AliasResult> {
  const { policy, session, environment } = context;
  const { databases, limits, ldap } = policy.settings;
  return expandAddress(routed, {
    aliases: {
      file: policy.aliases,
      hasDatabase: databases.alias !== null,
      urls: {
        urls: ldap.aliasUrls,
        depth: ldap.maxUrls,
        most: limits.expansions,
        upperDomainOf: (domain) => upperDomainOf(policy, domain),
      },
    },
    rewrite: (address) => routeRecipient(policy, session.sourceChannel, address, environment),
    lookUp: (one) => lookUpInDirectory(policy, one, environment),
    applyMapping: siteTables(policy, environment),
    inputFlags: forwardInputFlags(context, request),
    hasDatabase: databases.forward !== null,
    depth: limits.aliasDepth,
    most: limits.expansions,
    environment,
  });
}
