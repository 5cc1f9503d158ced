/*
 * What a site writes about a directory channel: in its option file, or under `directories` in pmdf.yaml.
 * Ref: PMDF 3.2.3, 3.2.7
 */
import type { Span } from '../text/index.js';
import type { DirectorySearch, DirectoryServer, DirectoryTls } from './directory.js';
import { usualFilter } from './search-filter.js';

/** A database in a store, by the name of the store. */
export interface StoredDomain {
  readonly kind: 'store';
  readonly store: string;
}

/** The source of one pseudo domain; of a search what differs from the one of the channel. */
export type DomainSetting<Stored extends StoredDomain = StoredDomain> =
  | { readonly kind: 'database'; readonly file: string | null }
  | Stored
  | ({ readonly kind: 'ldap' } & { readonly [N in keyof DirectorySearch]: DirectorySearch[N] | null });

/** The LDAP servers of a channel, and the search for domains that have none of their own. */
export interface LdapSetting extends Omit<DirectorySearch, 'base'> {
  readonly servers: readonly DirectoryServer[];
  readonly base: string | null;
  readonly tls: DirectoryTls | null;
}

/** What is written about one channel. */
export interface DirectorySetting<Stored extends StoredDomain = StoredDomain> {
  /** By domain name. */
  readonly domains: ReadonlyMap<string, DomainSetting<Stored>>;
  /** For all other domains; null where nothing is written: `crdb`. */
  readonly defaultMethod: 'crdb' | 'ldap' | null;
  readonly inlineAmbiguous: 'refuse' | 'bounce';
  readonly ldap: LdapSetting | null;
}

/** A setting with the places of its domains. */
export interface PlacedSetting {
  readonly setting: DirectorySetting;
  /** By domain name. */
  readonly places: ReadonlyMap<string, Span>;
  /** Where the channel is written about. */
  readonly span: Span;
}

/** The search as the manual of PMDF has no option for it. */
export const usualSearch: Omit<DirectorySearch, 'base'> = Object.freeze({
  scope: 'sub',
  filter: usualFilter,
  attribute: 'mail',
});

/** Without anything written: databases of `pmdf crdb`. */
export const usualDirectory: DirectorySetting = Object.freeze({
  domains: new Map(),
  defaultMethod: null,
  inlineAmbiguous: 'refuse',
  ldap: null,
});
