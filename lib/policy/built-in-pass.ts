/*
 * The pass before the site's own tables, over the address as received: built-in and stricter source-route entries.
 * It concerns source channels with `switchchannel` only: whoever was switched elsewhere is one of our own.
 * Ref: PMDF 29
 */

import { decideSourceRoutes, type SourceRouteDecision } from '../access/decide-source-routes.js';
import type { Address } from '../address/address.js';
import { holdBars } from '../address/bar.js';
import { printAddress } from '../address/split-address.js';
import { hasKeyword } from '../channel/channel.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import { applyTable } from '../mapping/apply-table.js';
import { accept } from '../smtp/verdict.js';
import { isChannelName } from './channel-names.js';
import { channelNamed, type Policy } from './policy.js';
import { rewriteEnvelope } from './rewriting.js';
import type { Session } from './session.js';

/** A user whom no site has: what a rule makes of a real one must not decide over a host. */
const nobody = 'built-in-entries';

/** Tells whether a host rewrites to a channel with `switchchannel`, or to none. A failing look-up throws. */
export function* isOutside(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<boolean> {
  if (isChannelName(policy, host)) return true;
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `${nobody}@${host}`, which, environment);
  switch (result.kind) {
    case 'routed':
      return hasKeyword(channelNamed(policy, result.channel.name), 'switchchannel');
    case 'no-channel':
    case 'ceiling':
      return true;
    case 'failed':
      throw new Error(`the channel of ${host} cannot be looked up: ${result.cause}`);
  }
}

/** Decides whether the form of a recipient makes it a relay attempt; `to` is as received, its domain completed. */
export function* decideForm(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  to: Address,
  environment: Environment,
): Lookup<SourceRouteDecision> {
  const { sourceChannel } = session;
  if (!hasKeyword(channelNamed(policy, sourceChannel), 'switchchannel')) {
    return { verdict: accept(null), entries: [] };
  }
  return yield* decideSourceRoutes({
    mode: policy.settings.builtInSourceRoutes,
    sourceChannel,
    envelopeFrom: holdBars(envelopeFrom),
    destinationChannel: '',
    to,
    asReceived: holdBars(printAddress(to)),
    applyBuiltIn: (table, probe, inputFlags) =>
      applyTable(policy.builtIn, table, probe, { inputFlags, environment }),
    isOutside: (host) => isOutside(policy, sourceChannel, host, environment),
    strictPlaces: policy.strictPlaces,
    trace: environment.trace,
  });
}
