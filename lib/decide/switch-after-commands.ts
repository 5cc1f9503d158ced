/*
 * The channel of a session after STARTTLS and after AUTH: the channel so far may name another one for each.
 * Ref: PMDF 2.3.4.43, 2.3.4.45
 */
import { type Channel, switchAfterAuth, switchAfterTls } from '../channel/index.js';
import type { Tracer } from '../engine/index.js';
import { channelNamed, type Policy, type Session } from '../policy/index.js';
import { mayRelay } from './decide-connection.js';
import type { ConnectionDecision } from './decision.js';

/** Finds the channel of a client after its STARTTLS and its AUTH, in that order. */
export function switchAfterCommands(
  policy: Policy,
  decision: ConnectionDecision,
  session: Pick<Session, 'tls' | 'authUser'>,
  trace?: Tracer,
): ConnectionDecision {
  let now = decision;
  const follow = (target: Channel | null, cause: string): void => {
    if (target === null) return;
    const why = `\`${now.channel}\` names \`${target.name}\` for sessions ${cause}`;
    trace?.({ kind: 'channel-chosen', channel: target.name, why });
    now = { channel: target.name, why, switched: true, relaying: mayRelay(policy, target, true) };
  };
  if (session.tls) follow(switchAfterTls(policy.channels, channelNamed(policy, now.channel)), 'under TLS');
  if (session.authUser !== null) {
    follow(switchAfterAuth(policy.channels, channelNamed(policy, now.channel)), 'that authenticated');
  }
  return now;
}
