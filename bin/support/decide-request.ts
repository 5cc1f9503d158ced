/*
 * Decides a session as the gateway of an install would, with every step traced: only what the plugins in its
 * config/plugins decide. A configuration without that file is decided as if all plugins ran.
 */

import { type ReverseName, reverseNameUse } from '../../lib/channel/index.js';
import {
  decideSession,
  initialChannel,
  type SessionDecision,
  type SessionRequest,
  type SessionSetup,
} from '../../lib/decide/index.js';
import { type Policy, sessionTls } from '../../lib/policy/index.js';
import type { ServerTls } from '../../lib/tls/index.js';
import { makeEnvironment, type World } from '../../runtime/index.js';
import type { SessionInput } from './session-options.js';
import { type WhatRuns, whatRunsIn } from './what-runs.js';

/** STARTTLS as the client is offered it; `whyNot` says why that is not what its channel says. */
export interface OfferedTls extends ServerTls {
  readonly whyNot: string | null;
}

/** A session and all that was decided about it. */
export interface DecidedRequest {
  readonly request: SessionRequest;
  /** Whether DNS was queried for the name. */
  readonly live: boolean;
  readonly policy: Policy;
  readonly runs: WhatRuns;
  readonly decided: SessionDecision;
  readonly tls: OfferedTls;
}

/** The name of the client as the gateway finds it. */
async function liveName(
  world: World,
  policy: Policy,
  { client, server }: SessionRequest,
): Promise<ReverseName> {
  const initial = initialChannel(policy, server.port);
  if (reverseNameUse(initial).lookedUp) return await world.reverseName(policy, client.address);
  return { kind: 'none', cause: `\`${initial.name}\` looks up no names` };
}

/** Decides what STARTTLS a client is offered: what its channel says, if the install supports it. */
function offeredTls(policy: Policy, channel: string, underTls: boolean, runs: WhatRuns): OfferedTls {
  const wanted = sessionTls(policy, channel, underTls);
  const { startTls, whyNot } = runs;
  switch (startTls) {
    case 'by channel':
      return { ...wanted, whyNot: null };
    case 'to everyone':
      return { offered: !underTls, awaited: false, whyNot };
    case 'never':
      return {
        offered: false,
        awaited: wanted.awaited && runs.ours.has('maytls'),
        // Where the channel offers nothing there is nothing to explain.
        whyNot: wanted.offered ? whyNot : null,
      };
  }
}

/** Decides one session under the policy in force. */
export async function decideRequest(world: World, input: SessionInput): Promise<DecidedRequest> {
  const policy = world.policy();
  const { live } = input;
  const request = live
    ? { ...input.request, reverseName: await liveName(world, policy, input.request) }
    : input.request;
  const runs = whatRunsIn(world);
  const setup: SessionSetup = {
    policy,
    plugins: runs.ours,
    bothPasses: true,
    verifiesSenders: live,
    traced: true,
    onError: 'defer',
    newEnvironment: (trace) => makeEnvironment(policy.settings.limits.steps, trace),
  };
  const decided = await (live
    ? world.decideLive(policy, () => decideSession(setup, request))
    : world.decide(policy, () => decideSession(setup, request)));
  const tls = offeredTls(policy, decided.client.decision.channel, request.tls, runs);
  return { request, live, policy, runs, decided, tls };
}
