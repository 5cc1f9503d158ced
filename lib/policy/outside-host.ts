/*
 * Whether the rules lead a host outside: to a channel with `switchchannel`, to none, or by the very rule by which they
 * lead any host of which they know nothing. That rule may end in a channel that nothing comes in on, or in a server of
 * ours that passes all mail on.
 */
import { hasKeyword } from '../channel/channel.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import type { RewriteResult } from '../rewrite/world.js';
import { isChannelName } from './channel-names.js';
import { channelNamed, type Policy } from './policy.js';
import { rewriteEnvelope } from './rewriting.js';

/** A user whom no site has: what a rule makes of a real one must not decide over a host. */
const nobody = 'built-in-entries';

/** A host that no site has rules of its own for. Ref: RFC 2606 2 */
export const unknownHost = 'recipient.invalid';

/** Where a host leads, and the last rule that fired; null where none did. */
interface Lead {
  readonly result: RewriteResult;
  readonly rule: string | null;
}

function* leadOf(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<Lead> {
  let rule: string | null = null;
  const trace: Environment['trace'] = (event) => {
    if (event.kind === 'rule-tried' && event.fired) rule = event.place;
    environment.trace?.(event);
  };
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `${nobody}@${host}`, which, { ...environment, trace });
  return { result, rule };
}

/** Tells whether a host leads outside for mail that comes in on a channel. A failing look-up throws. */
export function* isOutsideHost(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<boolean> {
  if (isChannelName(policy, host)) return true;
  const { result, rule } = yield* leadOf(policy, sourceChannel, host, environment);
  switch (result.kind) {
    case 'routed': {
      if (hasKeyword(channelNamed(policy, result.channel.name), 'switchchannel')) return true;
      if (rule === null) return false;
      const { trace: _quiet, ...quietly } = environment;
      return (yield* leadOf(policy, sourceChannel, unknownHost, quietly)).rule === rule;
    }
    case 'no-channel':
    case 'ceiling':
      return true;
    case 'failed':
      throw new Error(`the channel of ${host} cannot be looked up: ${result.cause}`);
  }
}
