/*
 * Whether mail leaves the house: by the channel that carries it, or by the host that it is for.
 * A host leads outside when it is the name of a channel, when the rules know no channel for it, when its mail leaves by
 * a channel that leads outside, or when the very rule takes it that takes any host of which the rules know nothing. That
 * rule may end in a channel that nothing comes in on, or in a server of ours that passes all mail on.
 * A failing look-up throws: the caller defers.
 */
import { foldDomain } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { RewriteResult } from '../rewrite/index.js';
import { isChannelHost } from './channel-names.js';
import { isForStrangersOnly } from './faces-outside.js';
import type { Policy } from './policy.js';
import { isReprocessing } from './reprocessing.js';
import { rewriteEnvelope } from './rewriting.js';

/** A user that no site has: what a rule makes of a real one must not decide about a host. */
const nobody = 'built-in-entries';

/** A host that no site has rules of its own for. Ref: RFC 2606 2 */
export const unknownHost = 'recipient.invalid';

/** Tells whether mail on a channel leaves the house, whatever its address. */
export function goesOutside({ outside }: Pick<Policy, 'outside'>, channel: string): boolean {
  return outside.leaving.has(channel);
}

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

function quiet({ trace: _quiet, ...environment }: Environment): Environment {
  return environment;
}

/** Tells whether a host is a local domain or lies below one. */
function isOurs(policy: Policy, host: string): boolean {
  const folded = foldDomain(host);
  for (let at = 0; at !== -1; at = folded.indexOf('.', at + 1)) {
    if (policy.localDomains.has(at === 0 ? folded : folded.slice(at + 1))) return true;
  }
  return false;
}

/** Tells whether a host leads outside for mail that comes in on a channel. */
export function* leadsOutside(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<boolean> {
  if (isChannelHost(policy, host)) return true;
  const { result, rule } = yield* leadOf(policy, sourceChannel, host, environment);
  switch (result.kind) {
    case 'routed': {
      const { name } = result.channel;
      // Where all mail comes in and leaves by one channel, mail for our own hosts does too.
      if (goesOutside(policy, name)) return isForStrangersOnly(policy, name) || !isOurs(policy, host);
      if (rule === null) return false;
      return (yield* leadOf(policy, sourceChannel, unknownHost, quiet(environment))).rule === rule;
    }
    case 'no-channel':
    case 'ceiling':
      return true;
    case 'failed':
      throw new Error(`the channel of ${host} cannot be looked up: ${result.cause}`);
  }
}

/**
 * Tells whether a channel takes mail outside: it always does, or hosts of which nothing is known lead to it. A rule that
 * makes every address one of ours leads nowhere else. What cannot be looked up counts as outside.
 */
export function* takesOutside(
  policy: Policy,
  sourceChannel: string,
  channel: string,
  environment: Environment,
): Lookup<boolean> {
  if (goesOutside(policy, channel)) return true;
  const { result } = yield* leadOf(policy, sourceChannel, unknownHost, quiet(environment));
  if (result.kind === 'failed') return true;
  return result.kind === 'routed' && result.channel.name === channel && isForUnknownHost(result.address);
}

/** Tells whether a recipient that goes by a channel is someone outside, judged by the host as it was received. */
export function* isOutsideRecipient(
  policy: Policy,
  sourceChannel: string,
  { host, channel }: { readonly host: string; readonly channel: string },
  environment: Environment,
): Lookup<boolean> {
  if (!(yield* takesOutside(policy, sourceChannel, channel, environment))) return false;
  return host === '' ? false : yield* leadsOutside(policy, sourceChannel, host, environment);
}

/** Tells whether an address at a host of which nothing is known came through the rules as it was. */
function isForUnknownHost(address: string): boolean {
  return address.endsWith(`@${unknownHost}`);
}

/** Tells whether a delivery of mail for a host of which nothing is known takes it outside. */
export function isRelayed(
  policy: Policy,
  { channel, address }: { readonly channel: string; readonly address: string },
): boolean {
  return goesOutside(policy, channel) || (!isReprocessing(channel) && isForUnknownHost(address));
}
