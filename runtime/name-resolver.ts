/*
 * Names and addresses from DNS and the hosts file. As in the reverse look-up that Haraka makes itself, the
 * hosts file counts before DNS; it counts in both directions here. `dns.reverse` is not used, since it calls
 * a name server that fails the same as an address without name. Nothing runs on the thread pool.
 */
import { promises as dns } from 'node:dns';
import type { Clock } from './clock.js';
import { HostsFile } from './hosts-file.js';
import { ipOctets, reverseDomain } from './ip-octets.js';

/** Asks for names and addresses; rejects as node:dns does, with a `code` such as ENOTFOUND. */
export interface NameResolver {
  /** The names of an address, given by its four or sixteen octets. */
  names(octets: readonly number[]): Promise<readonly string[]>;
  /** The addresses of a name, of one family. */
  addresses(name: string, family: 4 | 6): Promise<readonly string[]>;
}

/** Where the resolver asks. */
export interface ResolverOptions {
  readonly clock: Clock;
  /** The time after which DNS gives up by itself, in milliseconds. */
  readonly timeoutMs: number;
  /** Name servers as `address:port`; those of the system when not given. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
}

/** Makes a resolver that asks DNS and the hosts file of the machine. */
export function systemResolver(options: ResolverOptions): NameResolver {
  // Two tries, so that one lost packet does not cost the name.
  const resolver = new dns.Resolver({ timeout: Math.max(1, Math.ceil(options.timeoutMs / 2)), tries: 2 });
  if (options.servers !== undefined) resolver.setServers(options.servers);
  const hosts = new HostsFile(options.hostsFile ?? '/etc/hosts', options.clock);
  return {
    async names(octets) {
      const local = hosts.namesOf(octets);
      return local.length > 0 ? local : resolver.resolvePtr(reverseDomain(octets));
    },
    async addresses(name, family) {
      const length = family === 4 ? 4 : 16;
      const local = hosts.addressesOf(name).filter((one) => ipOctets(one)?.length === length);
      if (local.length > 0) return local;
      return family === 4 ? resolver.resolve4(name) : resolver.resolve6(name);
    },
  };
}
