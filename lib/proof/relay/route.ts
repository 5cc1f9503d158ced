/*
 * A route: a channel that the rewrite rules lead addresses of a set to, and what they are then.
 */
import type { RewriteContext } from '../../rewrite/index.js';
import type { Span } from '../../text/index.js';
import type { Language } from '../language/language.js';

/** A set of addresses: every local part of one language at every host of another. */
export interface AddressSet {
  readonly local: Language;
  readonly host: Language;
}

/** An address in its two parts. */
export interface TwoParts {
  readonly local: string;
  readonly host: string;
}

/** Gives addresses that may have become one of a set; they have to be tried. */
export type Origins = (address: TwoParts) => readonly TwoParts[];

/** A channel that some addresses may reach, and what they are then. */
export interface Route extends AddressSet {
  readonly channel: string;
  /** A source route that was put before them; the empty text for none. */
  readonly prefix: Language;
  readonly origins: Origins;
  /** The last rule that fired; null where none did. */
  readonly rule: Span | null;
  /**
   * Whether each rule on the way is certain to fire for the hosts that take it, and no earlier one for some of them; local parts that
   * name hosts may go on from a local channel.
   */
  readonly isCertain: boolean;
  /** How many rounds of rewriting it takes. */
  readonly steps: number;
  /** The places of the rules on the way that the site allows. */
  readonly allowedAt: readonly string[];
  /** What on the way could not be followed; null for nothing. */
  readonly doubt: RouteDoubt | null;
  /** The hosts of the set that take it, as they were given. */
  readonly given: Language;
  /** Whether a rule made the host, with text of the address. */
  readonly isHostMade: boolean;
  /** Whether a rule made the local part, with text of the address beside other text. */
  readonly isLocalMade: boolean;
  /** Whether the rules would have gone on with a host in the local part, so that no local part of the set has one. */
  readonly isBare: boolean;
}

/** Something in the rules that cannot be followed. */
export interface RouteDoubt {
  readonly cause: string;
  readonly assumed: string;
  readonly span: Span;
}

/** Which addresses are rewritten. */
export interface RouteQuestion {
  readonly source: string;
  readonly direction: RewriteContext['direction'];
  /** The hosts that a local part may route to. */
  readonly inner: Language;
}
