/*
 * The channels whose messages are taken up again as if they came in anew. `process` shows in rules and tables as the
 * source channel of what it takes up; behind `reprocess` the channel that the message came in on shows through.
 * An address at a host of such a channel is there only to get it onto the channel: when it is taken up, the host goes.
 * Ref: PMDF 26.7
 */
import { splitAddress } from '../address/index.js';
import type { Policy } from './policy.js';

/** Visible as source channel. */
export const processChannel = 'process';

/** Invisible as source channel. */
export const reprocessChannel = 'reprocess';

/** Tells whether the messages of a channel are taken up again. */
export function isReprocessing(channel: string): boolean {
  return channel === processChannel || channel === reprocessChannel;
}

/** Takes the host of such a channel off an address: `user@process-daemon` becomes `user`, `u%b@process-daemon` `u%b`. */
export function withoutOwnHost(policy: Policy, address: string): string {
  const { localPart, domain } = splitAddress(address);
  const owner = domain === null ? undefined : policy.hosts.find(domain);
  return owner !== undefined && isReprocessing(owner.channel.name) ? localPart : address;
}
