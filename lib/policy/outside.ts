/*
 * What is outside: which channels strangers come in on, who is a stranger, and which channels, hosts and addresses lead outside.
 * The built-in entries, lint, shadow mode, audit and proof all use these tests.
 * A host leads outside when it is the name of a channel, when the rules know no channel for it, when its mail leaves by a
 * channel that leads outside, or when the rule that matches it is one for hosts of anyone: the one that matches any unknown host, or
 * one for every literal or every name below a top-level domain. Such a rule may end in a channel that nothing comes in on, or in a
 * server of ours that relays all mail.
 * A failed look-up throws: the caller defers.
 */
import { foldDomain } from '../address/index.js';
import { switchesClients } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { FiredRule, RewriteResult } from '../rewrite/index.js';
import { placeOf } from '../text/index.js';
import { isChannelHost } from './compiled-channel.js';
import { channelNamed, type Policy } from './policy.js';
import { isReprocessing } from './reprocessing.js';
import { rewriteEnvelope } from './rewriting.js';
import type { Session } from './session.js';

/** Tells whether strangers can come in on a channel. */
export function facesOutside({ outside }: Pick<Policy, 'outside'>, channel: string): boolean {
  return outside.facing.has(channel);
}

/** Tells whether everyone on a channel is a stranger: known clients are switched to another channel. */
export function isForStrangersOnly(policy: Policy, channel: string): boolean {
  return switchesClients(channelNamed(policy, channel));
}

/**
 * Tells whether a client may be anyone. A client that authenticated is known, but on a channel with `switchchannel` is treated
 * like the others there.
 */
export function isStranger(
  policy: Policy,
  { sourceChannel, authUser }: Pick<Session, 'sourceChannel'> & Partial<Pick<Session, 'authUser'>>,
): boolean {
  if (!facesOutside(policy, sourceChannel)) return false;
  return (authUser ?? null) === null || isForStrangersOnly(policy, sourceChannel);
}

/** A user that no site has, so that a rule for a real user does not decide about a host. */
const nobody = 'built-in-entries';

/** An unknown host: no site has rules of its own for it. Ref: RFC 2606 2 */
export const unknownHost = 'recipient.invalid';

/** Tells whether mail on a channel leaves, whatever its address. */
export function goesOutside({ outside }: Pick<Policy, 'outside'>, channel: string): boolean {
  return outside.leaving.has(channel);
}

/** Where a host leads, and the last rule that fired; null where none did. */
interface Lead {
  readonly result: RewriteResult;
  readonly rule: FiredRule | null;
}

function* leadOf(
  policy: Policy,
  sourceChannel: string,
  host: string,
  environment: Environment,
): Lookup<Lead> {
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `${nobody}@${host}`, which, environment);
  return { result, rule: result.rules.at(-1) ?? null };
}

function untraced({ trace: _trace, ...environment }: Environment): Environment {
  return environment;
}

/** Tells whether a host is a local domain or a subdomain of one. */
function isOurs(policy: Policy, host: string): boolean {
  const folded = foldDomain(host);
  for (let at = 0; at !== -1; at = folded.indexOf('.', at + 1)) {
    if (policy.localDomains.has(at === 0 ? folded : folded.slice(at + 1))) return true;
  }
  return false;
}

/** Tells whether a rule that fired is one for hosts of anyone, though not for all hosts. */
export function isRuleForAnyone({ outside }: Pick<Policy, 'outside'>, rule: FiredRule): boolean {
  if (typeof rule === 'string' || outside.rulesForAnyone.size === 0) return false;
  return outside.rulesForAnyone.has(placeOf(rule));
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
      if (isRuleForAnyone(policy, rule)) return !isOurs(policy, host);
      return (yield* leadOf(policy, sourceChannel, unknownHost, untraced(environment))).rule === rule;
    }
    case 'no-channel':
    case 'ceiling':
      return true;
    case 'failed':
      throw new Error(`the channel of ${host} cannot be looked up: ${result.cause}`);
  }
}

/**
 * Tells whether a channel sends mail outside: it always does, or hosts of anyone lead to it. A rule that makes every address one
 * of ours leads nowhere else. What cannot be looked up counts as outside.
 */
export function* channelLeadsOutside(
  policy: Policy,
  sourceChannel: string,
  channel: string,
  environment: Environment,
): Lookup<boolean> {
  if (goesOutside(policy, channel) || policy.outside.channelsForAnyone.has(channel)) return true;
  const { result } = yield* leadOf(policy, sourceChannel, unknownHost, untraced(environment));
  if (result.kind === 'failed') return true;
  return result.kind === 'routed' && result.channel.name === channel && isForUnknownHost(result.address);
}

/** Tells whether a recipient on a channel is outside, judged by the host as received. */
export function* isOutsideRecipient(
  policy: Policy,
  sourceChannel: string,
  { host, channel }: { readonly host: string; readonly channel: string },
  environment: Environment,
): Lookup<boolean> {
  if (!(yield* channelLeadsOutside(policy, sourceChannel, channel, environment))) return false;
  return host === '' ? false : yield* leadsOutside(policy, sourceChannel, host, environment);
}

/** Tells whether an address at the unknown host came through the rules unchanged. */
function isForUnknownHost(address: string): boolean {
  return address.endsWith(`@${unknownHost}`);
}

/** Tells whether a delivery of mail for the unknown host goes outside. */
export function isRelayed(
  policy: Policy,
  { channel, address }: { readonly channel: string; readonly address: string },
): boolean {
  return goesOutside(policy, channel) || (!isReprocessing(channel) && isForUnknownHost(address));
}
