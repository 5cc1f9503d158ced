/*
 * Clients whose name could not be looked up because no server answered, where the name could have switched them inside. What is
 * rejected for such a client, and would be accepted inside, is deferred: the look-up may succeed the next time. Only what no
 * name could have changed is rejected permanently.
 * Ref: RFC 5321 4.2.1; RFC 3463 3.5 (4.4.3)
 */
import { type Channel, mayBeSwitchedTo, reverseNameUse, switchesClients } from '../channel/index.js';
import type { Lookup } from '../engine/index.js';
import { channelNamed, type Policy } from '../policy/index.js';
import { reply, type Verdict } from '../smtp/index.js';
import type { DecisionContext } from './context.js';
import { decideConnection, initialChannel, mayRelay } from './decide-connection.js';

function namesSwitch({ settings }: Policy, initial: Channel): boolean {
  return settings.switchLookup !== 'literal' && switchesClients(initial) && reverseNameUse(initial).switches;
}

/** The inside channels that the client might have come in on, had its name been known. */
export function* channelsInDoubt({
  policy,
  session,
  environment,
}: DecisionContext): Lookup<readonly string[]> {
  const { reverseName, sourceChannel } = session;
  if (reverseName.kind === 'confirmed' || reverseName.unanswered === undefined) return [];
  const { unanswered } = reverseName;
  const initial = initialChannel(policy, session.server.port);
  if (sourceChannel !== initial.name) return [];
  const { trace: _trace, ...silent } = environment;
  const choose = (name: string): ReturnType<typeof decideConnection> =>
    decideConnection(policy, { ...session, reverseName: { kind: 'confirmed', name } }, silent);
  const found = new Set<string>();
  if (unanswered !== 'any') {
    for (const name of unanswered) {
      const { channel, switched, relaying } = yield* choose(name);
      if (switched && relaying) found.add(channel);
    }
    return [...found];
  }
  if (!namesSwitch(policy, initial)) return [];
  for (const name of policy.reachedByName) {
    const channel = channelNamed(policy, name);
    if (name !== initial.name && mayBeSwitchedTo(channel) && mayRelay(policy, channel, true)) found.add(name);
  }
  return [...found];
}

/** The answer to a client that may be one of ours. */
export const nameUnanswered = reply(
  451,
  '4.4.3',
  'cannot look up the name of your address now, try again later',
);

/**
 * Runs `decide`. A rejection becomes a deferral if `decide` accepts on one of the channels that the client might have come in
 * on.
 */
export function* decideInDoubt<T extends { readonly verdict: Verdict }>(
  context: DecisionContext,
  decide: (context: DecisionContext) => Lookup<T>,
): Lookup<T> {
  const decided = yield* decide(context);
  if (decided.verdict.kind !== 'reject') return decided;
  const { trace: _trace, ...silent } = context.environment;
  for (const sourceChannel of yield* channelsInDoubt(context)) {
    const session = { ...context.session, sourceChannel };
    const inside = yield* decide({ ...context, session, environment: silent });
    if (inside.verdict.kind !== 'accept') continue;
    const cause = `its name cannot be looked up now, and could switch the client to \`${sourceChannel}\``;
    const verdict: Verdict = { kind: 'defer', place: decided.verdict.place, reply: nameUnanswered, cause };
    return { ...decided, verdict };
  }
  return decided;
}
