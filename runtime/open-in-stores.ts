/*
 * Opens what is in stores, without connecting: databases, where failed logins and routines count, and the servers
 * that LDAP URLs and directory channels are asked of.
 */
import { type Settings, type SettingsFile, type StoreDatabase, storeQuery } from '../lib/config/index.js';
import type { DatabaseName } from '../lib/engine/index.js';
import type { Policy } from '../lib/policy/index.js';
import { SharedCounters } from './counters/index.js';
import {
  type Database,
  type DirectoryDatabase,
  type SearchDirectory,
  unaskedDatabase,
  unaskedSearch,
} from './databases/index.js';
import { type PasswordSource, StoredPasswords } from './passwords/index.js';
import { serversOfSearches } from './search-servers.js';
import {
  type OpenStores,
  RedisScripts,
  SharedCounts,
  type StorePool,
  type StoreSource,
  searchAt,
  storeDatabase,
  storeDirectory,
  storeSource,
} from './stores/index.js';

/** Where pools are opened, and those that the configuration uses. */
export interface Pools {
  readonly open: OpenStores | null;
  readonly used: Set<StorePool>;
}

/**
 * Opens what the database of a setting is asked by, without connecting: `make` makes the database of it, `unaskedDatabase` is
 * given where nothing may connect. Null if the settings are wrong, which the policy reports.
 */
function openSource<T>(
  { open, used }: Pools,
  { stores }: Settings,
  setting: StoreDatabase,
  make: (source: StoreSource) => T,
): T | typeof unaskedDatabase | null {
  const store = stores.get(setting.store);
  const query = store === undefined ? null : storeQuery(store.kind, setting.question);
  if (store === undefined || query === null) return null;
  if (open === null) return unaskedDatabase;
  const pool = open.open(setting.store, store);
  used.add(pool);
  return make(storeSource(pool, query));
}

/** Opens a database in a store. */
export function openInStore(
  pools: Pools,
  settings: Settings,
  name: DatabaseName,
  setting: StoreDatabase,
): Database | null {
  return openSource(pools, settings, setting, (source) => storeDatabase(name, source));
}

/** Opens the database of a pseudo domain of a directory channel in a store. */
export function openDirectoryInStore(
  pools: Pools,
  settings: Settings,
  setting: StoreDatabase,
): DirectoryDatabase | null {
  return openSource(pools, settings, setting, storeDirectory);
}

/** Opens the password database in a store, without connecting; null if the settings name none, or nothing may connect. */
export function openPasswords(
  { open, used }: Pools,
  { auth: { passwords }, stores }: Settings,
): PasswordSource | null {
  const store = passwords === null ? undefined : stores.get(passwords.store);
  if (passwords === null || store === undefined || open === null) return null;
  const query = storeQuery(store.kind, passwords.question);
  if (query === null) return null;
  const pool = open.openUncached(passwords.store, store);
  used.add(pool);
  return new StoredPasswords(storeSource(pool, query));
}

/** Scripts in the store of a setting, without connecting; null if it names none, or nothing may connect. */
function openScripts({ open, used }: Pools, { stores }: Settings, name: string | null): RedisScripts | null {
  const store = name === null ? undefined : stores.get(name);
  if (name === null || store?.kind !== 'redis' || open === null) return null;
  const pool = open.openCounts(name, store);
  used.add(pool);
  return new RedisScripts(pool);
}

/** Where failed logins are counted, without connecting; null if each process counts on its own. */
export function openCounts(pools: Pools, settings: Settings): SharedCounts | null {
  const scripts = openScripts(pools, settings, settings.auth.failuresStore);
  return scripts === null ? null : new SharedCounts(scripts);
}

/** Where routines count, without connecting; null if each gateway counts on its own. */
export function openCounters(pools: Pools, settings: Settings): SharedCounters | null {
  const scripts = openScripts(pools, settings, settings.counters.store);
  return scripts === null ? null : new SharedCounters(scripts);
}

/** Opens what is searched: for LDAP URLs (null), and for each directory channel with servers. */
export function openSearches(
  { open, used }: Pools,
  policy: Policy,
  settings: SettingsFile,
): ReadonlyMap<string | null, SearchDirectory> {
  const searches = new Map<string | null, SearchDirectory>();
  for (const { channel, store, setting } of serversOfSearches(policy, settings)) {
    if (open === null) {
      searches.set(channel, unaskedSearch);
      continue;
    }
    const pool = open.open(store ?? (channel === null ? 'LDAP_HOST' : `of channel ${channel}`), setting);
    used.add(pool);
    searches.set(
      channel,
      searchAt(pool, (message) => open.warn(message)),
    );
  }
  return searches;
}
