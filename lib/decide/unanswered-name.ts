/*
 * Clients whose name could not be looked up because no server answered, where the name could have brought them inside. What is
 * refused to such a client, and would not be refused inside, is deferred: the look-up may go well the next time. For good
 * is refused only what no name could have changed.
 * Ref: RFC 5321 4.2.1; RFC 3463 3.5 (4.4.3)
 */
import { type Channel, hasKeyword, isSmtpChannel, reverseNameUse } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { channelNamed, type Policy, type Session } from '../policy/index.js';
import { reply, type Verdict } from '../smtp/index.js';
import { decideConnection, initialChannel, mayRelay } from './decide-connection.js';

function namesSwitch({ settings }: Policy, initial: Channel): boolean {
  return (
    settings.switchLookup !== 'literal' &&
    hasKeyword(initial, 'switchchannel') &&
    !hasKeyword(initial, 'noswitchchannel') &&
    reverseNameUse(initial).switches
  );
}

function canSwitchTo(channel: Channel): boolean {
  return !hasKeyword(channel, 'noswitchchannel') && isSmtpChannel(channel);
}

/** The channels that the client might have come in on, had its name been known: inside, and reached by names. */
export function* channelsInDoubt(
  policy: Policy,
  session: Session,
  environment: Environment,
): Lookup<readonly string[]> {
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
    if (name !== initial.name && canSwitchTo(channel) && mayRelay(policy, channel, true)) found.add(name);
  }
  return [...found];
}

/** The answer to a client that may be one of ours. */
export const nameUnanswered = reply(
  451,
  '4.4.3',
  'cannot look up the name of your address now, try again later',
);

/** Decides on a session, as it is or on another channel. */
export type DecideOn<T> = (session: Session, environment: Environment) => Lookup<T>;

/**
 * A verdict in the light of a name that was not answered: a refusal is deferred when `decideOn` accepts on one of the
 * channels that the client might have come in on.
 */
function* verdictInDoubt<T extends { readonly verdict: Verdict }>(
  policy: Policy,
  session: Session,
  decided: T,
  decideOn: DecideOn<{ readonly verdict: Verdict }>,
  environment: Environment,
): Lookup<T> {
  if (decided.verdict.kind !== 'reject') return decided;
  const { trace: _trace, ...silent } = environment;
  for (const sourceChannel of yield* channelsInDoubt(policy, session, environment)) {
    const inside = yield* decideOn({ ...session, sourceChannel }, silent);
    if (inside.verdict.kind !== 'accept') continue;
    const cause = `its name cannot be looked up, and by it the client may belong to \`${sourceChannel}\``;
    const verdict: Verdict = { kind: 'defer', place: decided.verdict.place, reply: nameUnanswered, cause };
    return { ...decided, verdict };
  }
  return decided;
}

/** A decision on a session, deferred where a name that nobody answered for could have made it another. */
export function* decideInDoubt<T extends { readonly verdict: Verdict }>(
  policy: Policy,
  session: Session,
  environment: Environment,
  decideOn: DecideOn<T>,
): Lookup<T> {
  return yield* verdictInDoubt(policy, session, yield* decideOn(session, environment), decideOn, environment);
}
