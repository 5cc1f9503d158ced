/*
 * The channels whose messages are decided again as if they came in anew. `process` is the source channel of what it reprocesses;
 * `reprocess` keeps the channel that the message came in on. An address at a host of such a channel is only there to get the
 * message onto the channel; the host is removed when the message is reprocessed.
 * Ref: PMDF 26.7
 */
import { splitAddress } from '../address/index.js';
import type { HostTable } from '../rewrite/index.js';

/** Visible as source channel. */
export const processChannel = 'process';

/** Not visible as source channel. */
export const reprocessChannel = 'reprocess';

/** Tells whether the messages of a channel are decided again. */
export function isReprocessing(channel: string): boolean {
  return channel === processChannel || channel === reprocessChannel;
}

/** Removes the host of such a channel: `user@process-daemon` becomes `user`, `u%b@process-daemon` becomes `u%b`. */
export function withoutProcessHost(hosts: HostTable, address: string): string {
  const { localPart, domain } = splitAddress(address);
  const owner = domain === null ? undefined : hosts.find(domain);
  return owner !== undefined && isReprocessing(owner.channel.name) ? localPart : address;
}
