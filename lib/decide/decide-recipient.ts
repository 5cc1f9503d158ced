/*
 * Decides RCPT TO: the address as received, up to rewriting.
 *   malformed addresses refused -> names of channels refused -> built-in entries -> what `decide-address` decides
 * Ref: PMDF 2.3.3, 2.3.4.47
 */
import { decideSourceRoutes, type SourceRouteDecision } from '../access/index.js';
import {
  type Address,
  hostsIn,
  isDamaged,
  isLongerThan,
  printAddress,
  wireAddress,
  wireHosts,
} from '../address/index.js';
import { completeDomain } from '../channel/index.js';
import type { Lookup } from '../engine/index.js';
import { applyTable } from '../mapping/index.js';
import {
  channelNamed,
  isChannelHost,
  isStranger,
  leadsOutside,
  type RecipientRequest,
} from '../policy/index.js';
import { reply } from '../smtp/index.js';
import type { DecisionContext } from './context.js';
import { decideAddress, type RecipientOptions, refused } from './decide-address.js';
import type { RecipientDecision } from './decision.js';

/** Completes a bare recipient with our domain, as the keywords of the source channel say. */
function completed({ policy, session }: DecisionContext, address: Address): Address {
  const channel = channelNamed(policy, session.sourceChannel);
  const domain = completeDomain({ channel, direction: 'to', localHost: policy.localHost, clientHost: null });
  return wireHosts({ ...address, domain });
}

/**
 * Decides whether the form of a recipient makes it a relay attempt; `to` is as received, its domain completed. Only strangers
 * are subject to this: a client that was switched to another channel is one of our own.
 * Ref: PMDF 29
 */
export function* decideForm(
  { policy, session, environment }: DecisionContext,
  envelopeFrom: string,
  to: Address,
): Lookup<SourceRouteDecision> {
  const { sourceChannel } = session;
  return yield* decideSourceRoutes({
    mode: policy.settings.builtInSourceRoutes,
    sourceChannel,
    envelopeFrom,
    to,
    asReceived: printAddress(to),
    applyBuiltIn: (table, probe, inputFlags) =>
      applyTable(policy.builtIn, table, probe, { inputFlags, environment }),
    isOutside: (host) => leadsOutside(policy, sourceChannel, host, environment),
    strictEntryNames: policy.strictEntryNames,
    trace: environment.trace,
  });
}

export function* decideRecipient(
  context: DecisionContext,
  envelopeFrom: string,
  request: RecipientRequest,
  options: RecipientOptions,
): Lookup<RecipientDecision> {
  const { policy, session } = context;
  const { to } = request;
  if (to.kind === 'null') return refused('', reply(550, '5.1.3', 'the null path cannot be a recipient'));
  const written = printAddress(to.address);
  if (isDamaged(written)) return refused(written, reply(550, '5.1.3', 'the address is not valid UTF-8'));
  const wired = wireAddress(to.address);
  if (wired === null) {
    return refused(written, reply(550, '5.1.3', 'the address has a host that is not a valid host name'));
  }
  const received = wired.domain === null ? completed(context, wired) : wired;
  const asReceived = received === to.address ? written : printAddress(received);
  if (isLongerThan(asReceived, policy.settings.limits.address)) {
    return refused(asReceived, reply(550, '5.1.3', 'the address is too long'));
  }
  const hosts = hostsIn(received);
  if (hosts.some((host) => isChannelHost(policy, host))) {
    return refused(asReceived, reply(550, '5.1.2', `no such host: ${asReceived}`));
  }
  // An address with its own host only has no routing to judge.
  if (hosts.length > 1 && isStranger(policy, session)) {
    const { verdict, entries } = yield* decideForm(context, envelopeFrom, received);
    if (verdict.kind !== 'accept') return { ...refused(asReceived, verdict), entries };
  }
  const strips = policy.settings.sourceRoutes === 'strip' && received.route.length > 0;
  const address = strips ? printAddress({ ...received, route: [] }) : asReceived;
  const fromSmtp = wired.domain === null ? null : address;
  const { tables, bothPasses } = options;
  const pass = { envelopeFrom, request, fromSmtp, isFirstPass: true, tables, bothPasses };
  return yield* decideAddress(context, address, pass);
}
