/*
 * Where mail for a host goes: by which channel, and whether outside.
 */
import type { Environment, Lookup } from '../engine/index.js';
import { isReprocessing, laterSource, leadsOutside, type Policy, rewriteEnvelope } from '../policy/index.js';
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

/** Routes mail for a host that comes in on a channel, usually the initial one. Throws when a look-up fails. */
export function* destinationOf(
  policy: Policy,
  host: string,
  environment: Environment,
  sourceChannel = policy.settings.listeners.default,
): Lookup<Destination> {
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

/**
 * The same after the second pass where the first leads to a channel that reprocesses, such as a directory channel which keeps
 * the address as it is.
 */
export function* finalDestinationOf(
  policy: Policy,
  host: string,
  environment: Environment,
): Lookup<Destination> {
  const first = yield* destinationOf(policy, host, environment);
  const { channel } = first;
  if (channel === null || !isReprocessing(channel.name)) return first;
  const source = laterSource(channel.name, policy.settings.listeners.default);
  const second = yield* destinationOf(policy, host, environment, source);
  return second.channel?.isLocal === true ? second : first;
}
