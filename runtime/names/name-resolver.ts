/*
 * Names and addresses from DNS and the hosts file. As in the reverse look-up that Haraka makes itself, the
 * hosts file counts before DNS; it counts in both directions here. `dns.reverse` is not used, since it calls
 * a name server that fails the same as an address without name. Nothing runs on the thread pool.
 */

import { promises as dns } from 'node:dns';
import { errorName } from '../files/index.js';
import type { Clock } from '../time/index.js';
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

/** Questions to ask for one answer, at equal distances within the time limit. */
const mostQuestions = 3;

/** Asks, and asks again while nothing comes, since packets get lost; the first answer counts, to whichever question. */
function askAgain<T>(clock: Clock, everyMs: number, ask: (turn: number) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let open = 0;
    let callOff: () => void = () => undefined;
    const give = (answer: T): void => {
      callOff();
      resolve(answer);
    };
    const fail = (error: unknown): void => {
      open -= 1;
      // A denial is an answer; silence is not, as long as another question is open.
      if (open > 0 && errorName(error) === 'ETIMEOUT') return;
      callOff();
      reject(error);
    };
    const askIn = (turn: number): void => {
      open += 1;
      if (turn + 1 < mostQuestions) callOff = clock.after(everyMs, () => askIn(turn + 1));
      ask(turn).then(give, fail);
    };
    askIn(0);
  });
}

/** Makes a resolver that asks DNS and the hosts file of the machine. */
export function systemResolver(options: ResolverOptions): NameResolver {
  // A resolver that has had answers gives up after a multiple of the time they took, and one that asks again no longer takes
  // the answer to its first question: each question has a resolver of its own, which waits for as long as there is time.
  const newResolver = (turn: number): dns.Resolver => {
    const resolver = new dns.Resolver({ timeout: Math.max(1, Math.ceil(options.timeoutMs)), tries: 1 });
    const servers = options.servers ?? resolver.getServers();
    // Each turn begins with another server: the one before may be down.
    const first = servers.length === 0 ? 0 : turn % servers.length;
    if (options.servers !== undefined || first > 0) {
      resolver.setServers([...servers.slice(first), ...servers.slice(0, first)]);
    }
    return resolver;
  };
  const ask = <T>(question: (resolver: dns.Resolver) => Promise<T>): Promise<T> =>
    askAgain(options.clock, options.timeoutMs / mostQuestions, (turn) => question(newResolver(turn)));
  const hosts = new HostsFile(options.hostsFile ?? '/etc/hosts', options.clock);
  return {
    async names(octets) {
      const local = hosts.namesOf(octets);
      return local.length > 0 ? local : ask((resolver) => resolver.resolvePtr(reverseDomain(octets)));
    },
    async addresses(name, family) {
      const length = family === 4 ? 4 : 16;
      const local = hosts.addressesOf(name).filter((one) => ipOctets(one)?.length === length);
      if (local.length > 0) return local;
      return ask((resolver) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)));
    },
  };
}
