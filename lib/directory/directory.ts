/*
 * A directory channel as decisions see it: where the mailboxes of each pseudo domain are looked up.
 * Ref: PMDF 3.2
 */
import type { Span } from '../text/index.js';
import type { DirectoryFilter } from './search-filter.js';

/** How a mailbox with a subaddress is looked up. */
export type DirectoryMatching = 'exact' | 'wild' | 'relaxed';

/** A search for a mailbox. */
export interface DirectorySearch {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: DirectoryFilter;
  /** The attribute with the real address. */
  readonly attribute: string;
}

/** Where the mailboxes of a pseudo domain are: in a database of `pmdf crdb`, in one in a store, or in LDAP. */
export type DirectorySource =
  | {
      readonly kind: 'database';
      /** As written; null for `directories/DOMAIN` with `.cdb` or `.txt`. */
      readonly file: string | null;
    }
  /** The settings say how the store is asked. */
  | { readonly kind: 'store'; readonly store: string }
  | { readonly kind: 'ldap'; readonly search: DirectorySearch };

/** How the servers of a channel are spoken to; null: by TLS where the server is not on this host. */
export type DirectoryTls = 'off' | 'starttls' | 'on';

/** An LDAP server. */
export interface DirectoryServer {
  readonly host: string;
  readonly port: number;
}

/** The LDAP servers of a channel, in the order in which they are tried. Ref: PMDF 3.2.7 */
export interface DirectoryServers {
  readonly servers: readonly DirectoryServer[];
  readonly tls: DirectoryTls | null;
}

/** A directory channel. */
export interface Directory {
  readonly channel: string;
  readonly matching: DirectoryMatching;
  /** By pseudo domain, folded. */
  readonly domains: ReadonlyMap<string, DirectorySource>;
  /** Where a domain is written: its line, else the rule that leads it to the channel. */
  readonly places: ReadonlyMap<string, Span>;
  /** Where the channel is written about: its option file or its place in pmdf.yaml, else its block. */
  readonly span: Span;
  /** For all other domains; null where a mailbox of theirs cannot be looked up. */
  readonly others: DirectorySource | null;
  /** Whether a sender inside gets a notice with the candidates for an ambiguous name, in place of a refusal. */
  readonly listsCandidates: boolean;
  readonly servers: DirectoryServers | null;
}
