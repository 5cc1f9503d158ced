/*
 * The pass before the site's own tables, over the address as received: built-in and stricter source-route entries.
 * It concerns strangers only: a client that was switched to another channel is one of our own.
 * Ref: PMDF 29
 */
import { decideSourceRoutes, type SourceRouteDecision } from '../access/index.js';
import { type Address, holdBars, printAddress } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { applyTable } from '../mapping/index.js';
import { isStranger, leadsOutside, type Policy, type Session } from '../policy/index.js';
import { accept } from '../smtp/index.js';

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
