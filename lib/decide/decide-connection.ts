/*
 * Decides the source channel of a connection, and PORT_ACCESS.
 * Ref: PMDF 2.3.4.42, 11.5
 */
import type { Channel } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type Connection,
  channelNamed,
  chooseSource,
  isForStrangersOnly,
  type Policy,
  type Session,
} from '../policy/index.js';
import type { Verdict } from '../smtp/index.js';
import { consultPort } from './consult-tables.js';
import type { DecisionContext } from './context.js';
import type { AccessEffects, ConnectionDecision, ShadowedVerdict } from './decision.js';
import { effectsOf } from './effects.js';

/** The channel that a listener starts with. */
export function initialChannel(policy: Policy, port: number): Channel {
  const { listeners } = policy.settings;
  return channelNamed(policy, listeners.ports.get(port) ?? listeners.default);
}

/** Whether Haraka lets clients on a channel relay; `switched`: they were switched to it. */
export function mayRelay(policy: Policy, channel: Channel, switched: boolean): boolean {
  const { relayingChannels } = policy.settings;
  if (relayingChannels !== 'switched') return relayingChannels.includes(channel.name);
  // A rule for all hosts may switch a stranger too, from one channel for strangers to another.
  return switched && !isForStrangersOnly(policy, channel.name);
}

/** Chooses the source channel of a connection. A failed look-up throws: the caller defers. */
export function* decideConnection(
  policy: Policy,
  connection: Connection,
  environment: Environment,
): Lookup<ConnectionDecision> {
  const initial = initialChannel(policy, connection.server.port);
  const choice = yield* chooseSource(policy, initial, connection, environment);
  const switched = choice.channel.name !== initial.name;
  environment.trace?.({ kind: 'channel-chosen', channel: choice.channel.name, why: choice.why });
  return {
    channel: choice.channel.name,
    why: choice.why,
    switched,
    relaying: mayRelay(policy, choice.channel, switched),
  };
}

/** The decision of PORT_ACCESS on a connection. */
export interface PortDecision {
  readonly verdict: Verdict;
  readonly effects: AccessEffects;
  readonly entries: readonly string[];
  /** What the table would have done, where it is in shadow. */
  readonly shadowed: readonly ShadowedVerdict[];
}

/** Decides a connection by PORT_ACCESS; without the table it is permitted. */
export function* decidePort(
  context: DecisionContext<Connection & Pick<Session, 'sourceChannel'>>,
): Lookup<PortDecision> {
  const decision = yield* consultPort(context);
  const { verdict, entries, shadowed } = decision;
  return { verdict, effects: effectsOf(decision), entries, shadowed };
}
