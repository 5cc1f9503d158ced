/*
 * Where mail for a host goes: by which channel, and whether outside.
 */
import type { Environment, Lookup } from '../engine/index.js';
import { leadsOutside, type Policy, rewriteEnvelope } from '../policy/index.js';
import type { RoutingChannel } from '../rewrite/index.js';

/** A user that no site has: what a rule does for a real one must not decide about a host. */
const anyUser = 'any-user';

export interface Destination {
  /** Null when mail for the host is rejected. */
  readonly channel: RoutingChannel | null;
  readonly isOutside: boolean;
  /** Completes "mail for the host ...". */
  readonly text: string;
}

/** Routes mail for a host that comes in on the initial channel. Throws when a look-up fails. */
export function* destinationOf(policy: Policy, host: string, environment: Environment): Lookup<Destination> {
  const sourceChannel = policy.settings.listeners.default;
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `${anyUser}@${host}`, which, environment);
  switch (result.kind) {
    case 'routed': {
      const { channel } = result;
      const isOutside = yield* leadsOutside(policy, sourceChannel, host, environment);
      return { channel, isOutside, text: `goes to the channel \`${channel.name}\`` };
    }
    case 'no-channel':
      return {
        channel: null,
        isOutside: true,
        text: `is rejected: no channel has the host name \`${result.routingSystem}\``,
      };
    case 'ceiling':
      return { channel: null, isOutside: true, text: `is rejected: ${result.text}` };
    case 'failed':
      throw new Error(result.cause);
  }
}
