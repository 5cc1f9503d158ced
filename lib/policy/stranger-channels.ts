/*
 * The channels that anybody gets to without a name, an address or a password: those that connections start with, and
 * those that `tlsswitchchannel` leads to from there, since everybody can say STARTTLS.
 * Ref: PMDF 2.3.4.45
 */
import { type Channel, hasKeyword } from '../channel/channel.js';
import { switchAfterTls } from '../channel/switch-session.js';
import type { Policy } from './policy.js';

/** The channels that connections start with, each once. */
export function listenerChannels({ settings, channels }: Policy): Channel[] {
  const names = new Set([settings.listeners.default, ...settings.listeners.ports.values()]);
  return [...names].flatMap((name) => channels.channels.get(name) ?? []);
}

/** The channel that a stranger on a channel is on under TLS, where that is another one; else null. */
export function strangerUnderTls({ channels }: Policy, channel: Channel): Channel | null {
  return switchAfterTls(channels, channel);
}

/** Tells whether a stranger may be on a channel, by its keyword, from the start or by TLS, as long as there was no AUTH. */
export function isOpenToStrangers(policy: Policy, channel: Channel): boolean {
  if (hasKeyword(channel, 'switchchannel')) return true;
  const isIt = (one: Channel | null): boolean => one?.name === channel.name;
  const first = listenerChannels(policy);
  // A rule may take a stranger from one channel for outsiders to another.
  const outside = [...policy.channels.channels.values()].filter((one) => hasKeyword(one, 'switchchannel'));
  return first.some(isIt) || [...first, ...outside].some((one) => isIt(strangerUnderTls(policy, one)));
}
