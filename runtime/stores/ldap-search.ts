/*
 * Searches as questions to a pool, which knows keys and values: the key is the search in JSON, and the entries are one value.
 */
import type { LdapStore, OptionServers, StoreServer } from '../../lib/config/index.js';
import { isLocalServer } from '../../lib/config/index.js';
import {
  andThen,
  type DirectoryEntry,
  type EntriesAnswer,
  type Eventual,
  failed,
  type LdapSearch,
} from '../../lib/engine/index.js';
import { printUrl, valuesOfEntry } from '../../lib/ldap/index.js';
import type { LdapSearchQuery } from './store-connection.js';
import type { StorePool } from './store-pool.js';

const query: LdapSearchQuery = { kind: 'ldap search' };

interface WrittenEntries {
  readonly isCut: boolean;
  readonly entries: readonly (readonly [string, readonly string[]])[][];
}

/** The search that a key is. */
export function readSearch(key: string): LdapSearch {
  const search: LdapSearch = JSON.parse(key);
  return search;
}

/** Entries as values of a pool; `entries` may be one more than `most`, and that one is left out. */
export function printEntries(entries: readonly DirectoryEntry[], most: number): readonly string[] {
  if (entries.length === 0) return [];
  const written: WrittenEntries = {
    isCut: entries.length > most,
    entries: entries.slice(0, most).map((entry) => [...entry]),
  };
  return [JSON.stringify(written)];
}

/** A search as a question to a connection without its pool. */
export function questionOf(search: LdapSearch): { readonly query: LdapSearchQuery; readonly key: string } {
  return { query, key: JSON.stringify(search) };
}

/** How many entries the values of such a question are. */
export function countOfEntries([written]: readonly string[]): number {
  if (written === undefined) return 0;
  const { entries, isCut }: WrittenEntries = JSON.parse(written);
  return entries.length + (isCut ? 1 : 0);
}

const control = /[\0\r\n]/;

function readEntries(text: string): EntriesAnswer {
  const { isCut, entries }: WrittenEntries = JSON.parse(text);
  if (entries.some((entry) => entry.some(([, values]) => values.some((value) => control.test(value))))) {
    return failed('a value in the directory contains a line end or a NUL');
  }
  return { kind: 'entries', isCut, entries: entries.map((entry) => new Map(entry)) };
}

/** Whether one value was wanted and there are several. */
function hasSeveral({ attributes, most }: LdapSearch, answer: EntriesAnswer): boolean {
  if (most !== 1 || answer.kind !== 'entries') return false;
  return answer.isCut || answer.entries.some((entry) => valuesOfEntry(entry, attributes).length > 1);
}

/**
 * Searches at the servers of a pool; never throws or rejects. `warn` is told once for each list of attributes that several
 * values were found where one is wanted.
 */
export function searchAt(
  pool: StorePool,
  warn: (message: string) => void,
): (search: LdapSearch) => Eventual<EntriesAnswer> {
  const warned = new Set<string>();
  return (search) =>
    andThen(pool.values(query, query.kind, JSON.stringify(search)), (given) => {
      const answer = given.kind === 'values' ? readEntries(given.values[0] ?? '') : given;
      const wanted = search.attributes.join(',');
      if (!warned.has(wanted) && hasSeveral(search, answer)) {
        warned.add(wanted);
        warn(`the first of several values is used for ${printUrl(search)}`);
      }
      return answer;
    });
}

const tlsPort = 636;
const connections = 8;
const cache = { found: 60, absent: 10, entries: 10_000 };
const retry = 10;

type Tls = 'off' | 'starttls' | 'on';

/** Servers that are asked without a login; a null `tls` is TLS unless the server is on this host. */
export interface PlainServers {
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  readonly tls: Tls | null;
  /** For one question, in seconds. */
  readonly timeout: number;
}

/** The store that such servers are. */
export function storeOfServers({ servers, tls, timeout }: PlainServers): LdapStore {
  const hosts = servers.map(({ host, port }): StoreServer => {
    const server = { kind: 'host', host, port } as const;
    const usual = port === tlsPort ? 'on' : 'starttls';
    return { ...server, tls: tls ?? (isLocalServer(server) ? 'off' : usual) };
  });
  return {
    kind: 'ldap',
    hosts,
    bindDn: null,
    passwordFile: null,
    passwordEnv: null,
    tlsCa: null,
    timeout,
    connections,
    cache,
    retry,
  };
}

/** The store that LDAP_HOST, LDAP_PORT and LDAP_TIMEOUT describe. */
export function storeOfOptions({ hosts, port, timeout }: OptionServers): LdapStore {
  return storeOfServers({ servers: hosts.map((host) => ({ host, port })), tls: null, timeout });
}
