/*
 * The channels whose messages are decided again as if they came in anew. `process`, and a directory channel, is the source channel of
 * what it reprocesses; `reprocess` keeps the channel that the message came in on. An address at a host of `process` or `reprocess`
 * is only there to get the message onto the channel; the host is removed when the message is reprocessed. A directory channel
 * looks the address up first.
 * Ref: PMDF 3.2, 26.7
 */
import { splitAddress } from '../address/index.js';
import { isDirectoryChannelName } from '../channel/index.js';
import type { HostTable } from '../rewrite/index.js';

/** Visible as source channel. */
export const processChannel = 'process';

/** Not visible as source channel. */
export const reprocessChannel = 'reprocess';

/** Tells whether a channel is `process` or `reprocess`. */
export function isProcess(channel: string): boolean {
  return channel === processChannel || channel === reprocessChannel;
}

/** Tells whether the messages of a channel are decided again. */
export function isReprocessing(channel: string): boolean {
  return isProcess(channel) || isDirectoryChannelName(channel);
}

/** The source channel of what a channel reprocesses; `before` is the one that the message came in on. */
export function laterSource(channel: string, before: string): string {
  return channel === reprocessChannel ? before : channel;
}

/** Removes the host of `process` or `reprocess`: `user@process-daemon` becomes `user`, `u%b@process-daemon` becomes `u%b`. */
export function withoutProcessHost(hosts: HostTable, address: string): string {
  const { localPart, domain } = splitAddress(address);
  const owner = domain === null ? undefined : hosts.find(domain);
  return owner !== undefined && isProcess(owner.channel.name) ? localPart : address;
}
