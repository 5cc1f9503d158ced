/*
 * The servers that searches go to: those for LDAP URLs, which are a store of the kind `ldap` or LDAP_HOST, and those of each
 * directory channel.
 * Ref: PMDF 3.2.7, 7.3.2
 */
import type { SettingsFile } from '../lib/config/index.js';
import type { Policy } from '../lib/policy/index.js';
import { storeOfOptions, storeOfServers } from './stores/index.js';

type LdapStore = ReturnType<typeof storeOfServers>;

export interface SearchServers {
  /** The directory channel; null for LDAP URLs. */
  readonly channel: string | null;
  /** The name of the store; null for servers that are not a store of pmdf.yaml. */
  readonly store: string | null;
  readonly setting: LdapStore;
}

/** For one question to the servers of a directory channel, in seconds. */
const directoryTimeout = 3;

function serversOfUrls({ ldap, ldapServers, stores }: SettingsFile): readonly SearchServers[] {
  const setting = ldap.store === null ? undefined : stores.get(ldap.store);
  if (setting?.kind === 'ldap') return [{ channel: null, store: ldap.store, setting }];
  return ldapServers === null ? [] : [{ channel: null, store: null, setting: storeOfOptions(ldapServers) }];
}

/** All servers that searches go to. */
export function serversOfSearches(
  { directories }: Pick<Policy, 'directories'>,
  settings: SettingsFile,
): readonly SearchServers[] {
  const ofChannels = [...directories.values()].flatMap(({ channel, servers }): readonly SearchServers[] =>
    servers === null
      ? []
      : [{ channel, store: null, setting: storeOfServers({ ...servers, timeout: directoryTimeout }) }],
  );
  return [...serversOfUrls(settings), ...ofChannels];
}
