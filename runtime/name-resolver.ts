/*
 * Names and addresses from DNS and the hosts file. Both directions honour the hosts file: the reverse direction in
 * c-ares, which Haraka asks too, the forward direction here. Nothing in it runs on the thread pool.
 */
import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import type { Clock } from './clock.js';
import { HostsFile } from './hosts-file.js';

/** Asks for names and addresses; rejects as node:dns does, with a `code` such as ENOTFOUND. */
export interface NameResolver {
  /** The names of an address. */
  names(address: string): Promise<readonly string[]>;
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
    names: (address) => resolver.reverse(address),
    async addresses(name, family) {
      const local = hosts.addressesOf(name).filter((one) => isIP(one) === family);
      if (local.length > 0) return local;
      return family === 4 ? resolver.resolve4(name) : resolver.resolve6(name);
    },
  };
}
