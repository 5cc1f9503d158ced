/*
 * Whether strangers come in on a channel, and whether a client is one. The built-in entries, lint, shadow mode and the
 * audit ask here and nowhere else.
 */
import { type Channel, switchAfterTls, switchesClients } from '../channel/index.js';
import * as channels from './outside-channels.js';
import { channelNamed, type Policy } from './policy.js';
import type { Session } from './session.js';

/** Tells whether strangers can come in on a channel. */
export function facesOutside({ outside }: Pick<Policy, 'outside'>, channel: string): boolean {
  return outside.facing.has(channel);
}

/** Tells whether everyone on a channel is a stranger: clients that are known are switched away from it. */
export function isForStrangersOnly(policy: Policy, channel: string): boolean {
  return switchesClients(channelNamed(policy, channel));
}

/**
 * Tells whether a client may be anyone. One that authenticated is known, but on a channel with `switchchannel` is
 * treated like the others there.
 */
export function isStranger(
  policy: Policy,
  { sourceChannel, authUser }: Pick<Session, 'sourceChannel'> & Partial<Pick<Session, 'authUser'>>,
): boolean {
  if (!facesOutside(policy, sourceChannel)) return false;
  return (authUser ?? null) === null || isForStrangersOnly(policy, sourceChannel);
}

/** The channels that connections begin with, each once. */
export function listenerChannels({ settings, channels: table }: Policy): Channel[] {
  return channels.listenerChannels(settings.listeners, table);
}

/** The channel that a stranger on a channel is on under TLS, where that is another one; else null. */
export function strangerUnderTls(policy: Policy, channel: Channel): Channel | null {
  return switchAfterTls(policy.channels, channel);
}
