/*
 * The addresses of hosts that a setting names.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Exchange } from '../haraka/index.js';

function isOurOwn(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return address.startsWith('127.') || own.some((one) => one.address === address);
}

/** Resolves a host. Core uses the DNS only; here a name may also be in the hosts file, as for smtp_forward. */
export async function resolvedHost(host: Exchange): Promise<Exchange[]> {
  if (isIP(host.exchange) !== 0) return [host];
  const found = await lookup(host.exchange, { all: true }).catch(() => []);
  if (found.length === 0) return [host];
  return found.map(({ address }) => ({
    ...host,
    exchange: address,
    // Core does not connect to an address of this machine that the DNS named.
    ...(isOurOwn(address) ? {} : { from_dns: host.exchange }),
  }));
}

/** Resolves several hosts, in their order. */
export async function resolvedAll(hosts: readonly Exchange[]): Promise<Exchange[]> {
  return (await Promise.all(hosts.map(resolvedHost))).flat();
}
