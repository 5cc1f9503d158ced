/*
 * A case: a request, and the decision that is expected.
 */
import type { Span } from '../../lib/text/index.js';

export const verdictWords = ['accept', 'reject', 'defer'] as const;

/** Whether TLS is offered to a client; `active`: the session already uses TLS. */
export const tlsWords = ['offered', 'awaited', 'none', 'active'] as const;

/** A connection and an envelope, as they are written. */
export interface CaseRequest {
  /** An IP address in canonical form. */
  readonly client: string;
  /** The confirmed name of the client; null when it has none. */
  readonly clientName: string | null;
  readonly helo: string | null;
  readonly tls: boolean;
  /** The authenticated user; null when there is none. */
  readonly auth: string | null;
  /** The address that the client connected to. */
  readonly server: string;
  readonly port: number;
  /** With or without brackets; the empty string for the null path. */
  readonly from: string;
  /** At least one. */
  readonly to: readonly string[];
}

/** A wanted delivery; what is null is not compared. */
export interface WantedDelivery {
  readonly address: string | null;
  readonly channel: string | null;
  /** The deliveries of the second pass of the process channel; null when not compared. */
  readonly secondPass: readonly WantedDelivery[] | null;
}

/** One wanted value. */
export type Wanted =
  | { readonly kind: 'verdict'; readonly value: (typeof verdictWords)[number] }
  | { readonly kind: 'code'; readonly value: number }
  /** Part of the text of the reply; all of it for `whole text`. */
  | { readonly kind: 'text' | 'whole text'; readonly value: string }
  /** The entry that decides; null for none. */
  | { readonly kind: 'entry'; readonly value: string | null }
  | { readonly kind: 'source channel' | 'destination channel' | 'rewritten'; readonly value: string }
  | { readonly kind: 'relaying'; readonly value: boolean }
  | { readonly kind: 'tls'; readonly value: (typeof tlsWords)[number] }
  | { readonly kind: 'deliveries'; readonly value: readonly WantedDelivery[] };

/**
 * Whose answer is compared: the client's, the sender's, or a recipient's. The answer for a recipient is the first refusal:
 * that of the client, of the sender, or its own.
 */
export type CasePart = 'client' | 'from' | 'to';

/** One value to compare; `recipient` is null for all recipients, and for client and sender. */
export interface Expectation {
  readonly part: CasePart;
  readonly recipient: string | null;
  readonly wanted: Wanted;
  readonly span: Span;
}

/** A case; `span` is where it is written. */
export interface Case {
  readonly name: string;
  readonly span: Span;
  readonly request: CaseRequest;
  /** At least one. */
  readonly expectations: readonly Expectation[];
}
