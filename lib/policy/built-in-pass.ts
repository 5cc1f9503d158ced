/*
 * The pass before the site's own tables, over the address as received: built-in and stricter source-route entries.
 * It concerns strangers only: a client that was switched to another channel is one of our own.
 * Ref: PMDF 29
 */

import { decideSourceRoutes, type SourceRouteDecision } from '../access/decide-source-routes.js';
import type { Address } from '../address/address.js';
import { holdBars } from '../address/bar.js';
import { printAddress } from '../address/split-address.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import { applyTable } from '../mapping/apply-table.js';
import { accept } from '../smtp/verdict.js';
import { isStranger } from './faces-outside.js';
import { leadsOutside } from './leads-outside.js';
import type { Policy } from './policy.js';
import type { Session } from './session.js';

/** Decides whether the form of a recipient makes it a relay attempt; `to` is as received, its domain completed. */
export function* decideForm(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  to: Address,
  environment: Environment,
): Lookup<SourceRouteDecision> {
  const { sourceChannel } = session;
  if (!isStranger(policy, session)) return { verdict: accept(null), entries: [] };
  return yield* decideSourceRoutes({
    mode: policy.settings.builtInSourceRoutes,
    sourceChannel,
    envelopeFrom: holdBars(envelopeFrom),
    destinationChannel: '',
    to,
    asReceived: holdBars(printAddress(to)),
    applyBuiltIn: (table, probe, inputFlags) =>
      applyTable(policy.builtIn, table, probe, { inputFlags, environment }),
    isOutside: (host) => leadsOutside(policy, sourceChannel, host, environment),
    strictPlaces: policy.strictPlaces,
    trace: environment.trace,
  });
}
