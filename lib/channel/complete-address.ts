/*
 * Which domain a bare address gets. An envelope To is always ours: the second domain of `defaulthost`, if there is
 * one, or the local host name. An address that points back may belong to the client.
 * Ref: PMDF 2.3.4.47
 */
import { argumentOf, type Channel, hasKeyword } from './channel.js';

/** A bare address on its way; `clientHost` is the name that the client reported, null when it reported none. */
export interface CompleteDomain {
  readonly channel: Channel;
  readonly direction: 'to' | 'from';
  readonly localHost: string;
  readonly clientHost: string | null;
}

/**
 * Gives the domain that completes a bare address on its source channel.
 * `remotehost` goes before `defaulthost`, which a `defaults` line often sets for all channels.
 */
export function completeDomain({ channel, direction, localHost, clientHost }: CompleteDomain): string {
  if (direction === 'to') return channel.keywords.get('defaulthost')?.arguments[1] ?? localHost;
  if (hasKeyword(channel, 'remotehost') && clientHost !== null && clientHost !== '') return clientHost;
  return argumentOf(channel, 'defaulthost') ?? localHost;
}
