/*
 * The source channel of a client, and the rewrite rules that chose it.
 */
import { type ConnectionDecision, decideConnection, initialChannel } from '../decide/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type CompiledPolicy,
  channelNamed,
  isForStrangersOnly,
  noName,
  type Policy,
  type ReverseName,
} from '../policy/index.js';
import { rulesOf } from '../rewrite/index.js';
import { placeOf, type Span } from '../text/index.js';
import type { LintSubject } from './subject.js';

export interface Client {
  readonly address: string;
  readonly reverseName: ReverseName;
  /** The port of the server that it connects to. */
  readonly port: number;
}

/** The decision on a client, and the places of the rules that fired. */
export interface SourceChannel {
  readonly decision: ConnectionDecision;
  readonly fired: ReadonlySet<string>;
}

/** One port for each initial channel; 0 for the default one. */
export function initialPorts({ settings }: Policy): number[] {
  const { listeners } = settings;
  const ports = new Map([[listeners.default, 0]]);
  for (const [port, channel] of listeners.ports) if (!ports.has(channel)) ports.set(channel, port);
  return [...ports.values()];
}

/** Selects the source channel of a client. Throws when a look-up fails. */
export function* sourceChannelOf(
  policy: Policy,
  client: Client,
  environment: Environment,
): Lookup<SourceChannel> {
  const fired = new Set<string>();
  const trace: Environment['trace'] = (event) => {
    if (event.kind === 'rule-tried' && event.fired) fired.add(event.place);
  };
  const connection = {
    client: { address: client.address, port: 0 },
    server: { address: '', port: client.port },
    reverseName: client.reverseName,
  };
  const decision = yield* decideConnection(policy, connection, { ...environment, trace });
  return { decision, fired };
}

/** The first choice by which a client at one of some addresses gets onto an internal channel; null without one. */
export function* internalChoice(
  subject: LintSubject,
  addresses: readonly string[],
  who: string,
  span: Span | null,
): Lookup<SourceChannel | null> {
  const { policy } = subject;
  const clients = addresses.flatMap((address) => initialPorts(policy).map((port) => ({ address, port })));
  for (const client of clients) {
    const place = span ?? initialChannel(policy, client.port).span;
    const asked = yield* subject.ask(`the source channel of ${who}`, place, (environment) =>
      sourceChannelOf(policy, { ...client, reverseName: noName }, environment),
    );
    if (asked === null) continue;
    const { switched, channel } = asked.answer.decision;
    if (switched && !isForStrangersOnly(policy, channel)) return asked.answer;
  }
  return null;
}

/** The place of the last rule that fired, or of the channel when none did. */
export function placeOfChoice({ rules, policy }: CompiledPolicy, { decision, fired }: SourceChannel): Span {
  const last = [...fired].at(-1);
  const rule = rulesOf(rules).find((one) => last !== undefined && placeOf(one.span) === last);
  return rule?.pattern.span ?? channelNamed(policy, decision.channel).span;
}
