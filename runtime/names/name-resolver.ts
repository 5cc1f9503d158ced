/*
 * Names and addresses from the hosts file and from DNS, in this order and in both directions. `dns.reverse` is
 * not used: it does not tell a failing name server from an address without a name. Nothing runs in the thread
 * pool.
 */
import { promises as dns } from 'node:dns';
import { addressBytes } from '../../lib/address/index.js';
import { errorName } from '../files/index.js';
import type { Clock } from '../time/index.js';
import { HostsFile } from './hosts-file.js';

/** Looks up names and addresses; rejects as node:dns does, with a `code` such as ENOTFOUND. */
export interface NameResolver {
  /** The names of an address of 4 or 16 octets. */
  names(octets: Uint8Array): Promise<readonly string[]>;
  /** The addresses of a name, of one family. */
  addresses(name: string, family: 4 | 6): Promise<readonly string[]>;
}

/** How a resolver is made. */
export interface ResolverOptions {
  readonly clock: Clock;
  /** The time limit of one look-up in DNS, in milliseconds. */
  readonly timeoutMs: number;
  /** Name servers as `address:port`; by default those of the system. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
}

const denials: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME']);

/** Whether an error of a look-up says that there is nothing, so that asking again is of no use. */
export function isDenial(error: unknown): boolean {
  return denials.has(errorName(error));
}

/** The labels of an address in DNS, without the domain below which they are. Ref: RFC 1035 3.5; RFC 3596 2.5 */
export function reversedLabels(octets: Uint8Array): string {
  const reversed = [...octets].reverse();
  if (octets.length === 4) return reversed.join('.');
  return reversed
    .flatMap((octet) => [octet & 15, octet >> 4])
    .map((nibble) => nibble.toString(16))
    .join('.');
}

/** The domain of the PTR records of an address. */
export function reverseDomain(octets: Uint8Array): string {
  return `${reversedLabels(octets)}.${octets.length === 4 ? 'in-addr' : 'ip6'}.arpa`;
}

/** How many queries are sent for one answer, evenly spread over the time limit. */
const mostQueries = 3;

/** Sends a query, and repeats it while there is no answer, since packets get lost; the first answer counts. */
function askAgain<T>(clock: Clock, everyMs: number, ask: (turn: number) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let open = 0;
    let cancel: () => void = () => undefined;
    const give = (answer: T): void => {
      cancel();
      resolve(answer);
    };
    const fail = (error: unknown): void => {
      open -= 1;
      // A denial is an answer; a time-out is not, while another query is open.
      if (open > 0 && errorName(error) === 'ETIMEOUT') return;
      cancel();
      reject(error);
    };
    const askIn = (turn: number): void => {
      open += 1;
      if (turn + 1 < mostQueries) cancel = clock.after(everyMs, () => askIn(turn + 1));
      ask(turn).then(give, fail);
    };
    askIn(0);
  });
}

/** A resolver for the hosts file of the machine and DNS. */
export function systemResolver(options: ResolverOptions): NameResolver {
  // One resolver for each query: one that is used again adapts its time-out to earlier answers, and one that repeats a
  // query ignores the answer to the first.
  const newResolver = (turn: number): dns.Resolver => {
    const resolver = new dns.Resolver({ timeout: Math.max(1, Math.ceil(options.timeoutMs)), tries: 1 });
    const servers = options.servers ?? resolver.getServers();
    // Each query goes to another server first: the one before may be down.
    const first = servers.length === 0 ? 0 : turn % servers.length;
    if (options.servers !== undefined || first > 0) {
      resolver.setServers([...servers.slice(first), ...servers.slice(0, first)]);
    }
    return resolver;
  };
  const ask = <T>(query: (resolver: dns.Resolver) => Promise<T>): Promise<T> =>
    askAgain(options.clock, options.timeoutMs / mostQueries, (turn) => query(newResolver(turn)));
  const hosts = new HostsFile(options.hostsFile ?? '/etc/hosts', options.clock);
  return {
    async names(octets) {
      const local = hosts.namesOf(octets);
      return local.length > 0 ? local : ask((resolver) => resolver.resolvePtr(reverseDomain(octets)));
    },
    async addresses(name, family) {
      const length = family === 4 ? 4 : 16;
      const local = hosts.addressesOf(name).filter((one) => addressBytes(one)?.length === length);
      if (local.length > 0) return local;
      return ask((resolver) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)));
    },
  };
}
