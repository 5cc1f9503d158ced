/*
 * The input and the result of a rewrite.
 */
import type { Environment } from '../engine/index.js';
import type { AddressValue, LdapTemplate } from '../ldap/index.js';
import type { ApplyMapping } from '../mapping/index.js';
import type { Span } from '../text/index.js';
import type { AddressForm } from './extract-host.js';

/** The part of a channel that rewriting looks at. */
export interface RoutingChannel {
  readonly name: string;
  /** The channel `l`, or one with `routelocal`. */
  readonly isLocal: boolean;
  /** Keyword `rules`, which is the default; without it `$M`, `$N`, `$Q`, `$C` are not checked. */
  readonly appliesRules: boolean;
  readonly bangOverPercent: boolean;
  readonly addressForm: AddressForm;
}

/** A host of the channel table: its channel, and its replacement in an envelope To, null when it stays. */
export interface RoutingHost {
  readonly channel: RoutingChannel;
  readonly properName: string | null;
}

/** The channel/host table; hosts are compared without regard to case. */
export interface HostTable {
  find(host: string): RoutingHost | undefined;
}

/** Which address of a message it is, and between which channels it is rewritten. */
export interface RewriteContext {
  readonly location: 'envelope' | 'header';
  /** `forward` points to a destination, `backward` to a source. */
  readonly direction: 'forward' | 'backward';
  readonly sourceChannel: RoutingChannel | null;
  /** Null while unknown; `$Q` and `$C` are then not checked. */
  readonly destinationChannel: RoutingChannel | null;
}

/** What rewriting needs from outside. */
export interface RewriteWorld {
  readonly hosts: HostTable;
  /** The host of a bare address. */
  readonly localHost: string;
  /** Folded; `$V` and `$Z` test against them. */
  readonly localDomains: ReadonlySet<string>;
  /** What `$V` and `$Z` ask a directory for any other domain; null, or not given, for nothing. */
  readonly domainUrl?: LdapTemplate<AddressValue> | null;
  readonly applyMapping: ApplyMapping;
  readonly environment: Environment;
  /** The most rounds that one address may need. */
  readonly ceiling: number;
  /** Whether there is a domain database to look in after the rules. */
  readonly domainDatabase: boolean;
}

/** A rule that fired: the place of a rule in the file, or the name of an entry of the domain database. */
export type FiredRule = Span | string;

/** Where rewriting ended; `rules` are the rules that fired, in order. */
export type RewriteResult =
  | {
      readonly kind: 'routed';
      readonly address: string;
      readonly host: string;
      readonly routingSystem: string;
      readonly channel: RoutingChannel;
      readonly rules: readonly FiredRule[];
    }
  /** No channel owns the routing system; `status` is an enhanced code, `text` for the client. */
  | {
      readonly kind: 'no-channel';
      readonly address: string;
      readonly host: string;
      readonly routingSystem: string;
      /** Whether any rule fired. */
      readonly matchedRule: boolean;
      readonly text: string;
      readonly status: string;
      readonly rules: readonly FiredRule[];
    }
  /** The rules loop, or the address needs too many rounds; `text` names the rules. */
  | {
      readonly kind: 'ceiling';
      readonly address: string;
      readonly text: string;
      readonly rules: readonly FiredRule[];
    }
  /** A look-up failed: the caller defers. `cause` is for the log. */
  | { readonly kind: 'failed'; readonly cause: string; readonly rules: readonly FiredRule[] };
