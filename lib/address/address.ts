/*
 * An address as PMDF sees it: a source route, a local part as written, and a domain as written or none.
 * Ref: RFC 5321 4.1.2; PMDF 2.2.3.1
 */

/** `@a,@b:local@domain`. Everything is kept as written: quotes, escapes, case, brackets of literals. */
export interface Address {
  /** Hosts of the source route without their at signs, leftmost first; usually empty. */
  readonly route: readonly string[];
  readonly localPart: string;
  /** Null for a bare address. */
  readonly domain: string | null;
}

/** What MAIL FROM or RCPT TO may carry. */
export type Path = { readonly kind: 'null' } | { readonly kind: 'address'; readonly address: Address };
