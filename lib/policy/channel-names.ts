/*
 * The names of channels (`process-daemon`, `TCP-INTERNAL`) mean something in templates, databases and aliases only.
 * In an address that came over SMTP they would let a stranger choose the way of a message.
 */
import { type Address, foldDomain, routingHosts } from '../address/index.js';
import type { Policy } from './policy.js';

/** Tells whether a host is the official host name of a channel other than `l`, with no rule of its own. */
export function isChannelHost(policy: Policy, host: string): boolean {
  return policy.channelNames.has(foldDomain(host));
}

/** Finds a name of a channel anywhere in an address: domain, route or local part; null when there is none. */
export function channelNameIn(policy: Policy, address: Address): string | null {
  const hosts = [address.domain ?? '', ...address.route, ...routingHosts(address)];
  return hosts.find((host) => isChannelHost(policy, host)) ?? null;
}
