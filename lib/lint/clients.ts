/*
 * Clients that the lint asks about: on which channel one comes in, and by which rules.
 */

import type { ReverseName } from '../channel/index.js';
import { type ConnectionDecision, decideConnection } from '../decide/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { type CompiledPolicy, channelNamed, type Policy } from '../policy/index.js';
import { rulesOf } from '../rewrite/index.js';
import { placeOf, type Span } from '../text/index.js';

/** A client to ask about. */
export interface Client {
  readonly address: string;
  readonly reverseName: ReverseName;
  readonly port: number;
}

/** The channel of a client, and the places of the rules that fired on the way. */
export interface Choice {
  readonly decision: ConnectionDecision;
  readonly fired: ReadonlySet<string>;
}

/** An address from a network that is for documentation; a rule about it is an example too. Ref: RFC 5737 3 */
export const strangerAddress = '192.0.2.1';

/** One port for each channel that connections start with. */
export function portsOf(policy: Policy): number[] {
  const { listeners } = policy.settings;
  const ports = new Map([[listeners.default, 0]]);
  for (const [port, channel] of listeners.ports) if (!ports.has(channel)) ports.set(channel, port);
  return [...ports.values()];
}

/** Chooses the channel of a client. A failing look-up throws. */
export function* choose(policy: Policy, client: Client, environment: Environment): Lookup<Choice> {
  const fired = new Set<string>();
  const decision = yield* decideConnection(
    policy,
    {
      client: { address: client.address, port: 0 },
      server: { address: '', port: client.port },
      reverseName: client.reverseName,
    },
    {
      ...environment,
      trace: (event) => {
        if (event.kind === 'rule-tried' && event.fired) fired.add(event.place);
      },
    },
  );
  return { decision, fired };
}

/** The place of the last rule that fired, or of the channel that was chosen. */
export function placeOfChoice({ rules, policy }: CompiledPolicy, { decision, fired }: Choice): Span {
  const last = [...fired].at(-1);
  const rule = rulesOf(rules).find((one) => last !== undefined && placeOf(one.span) === last);
  return rule?.pattern.span ?? channelNamed(policy, decision.channel).span;
}
