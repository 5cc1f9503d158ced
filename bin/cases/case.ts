/*
 * A case: a request as an administrator writes it down, and what has to come of it.
 */
import type { Span } from '../../lib/text/index.js';

/** What a verdict may be. */
export const verdictWords = ['accept', 'reject', 'defer'] as const;

/** What TLS a client is offered; `active`: the session is under TLS already. */
export const tlsWords = ['offered', 'awaited', 'none', 'active'] as const;

/** A connection and an envelope, as they are written. */
export interface CaseRequest {
  /** An IP address in canonical form. */
  readonly client: string;
  /** The confirmed name of the client; null for none. */
  readonly clientName: string | null;
  readonly helo: string | null;
  readonly tls: boolean;
  /** The user who authenticated; null for none. */
  readonly auth: string | null;
  /** The end that the client connected to. */
  readonly server: string;
  readonly port: number;
  /** With or without brackets; the empty string for the null path. */
  readonly from: string;
  /** At least one. */
  readonly to: readonly string[];
}

/** A delivery that is wanted; what is null or left out is not compared. */
export interface WantedDelivery {
  readonly address: string | null;
  readonly channel: string | null;
  /** What the second pass of the process channel makes of it; null when that is not compared. */
  readonly secondPass: readonly WantedDelivery[] | null;
}

/** One thing that is wanted. */
export type Wanted =
  | { readonly kind: 'verdict'; readonly value: (typeof verdictWords)[number] }
  | { readonly kind: 'code'; readonly value: number }
  /** A part of the reply's text; all of it for `whole text`. */
  | { readonly kind: 'text' | 'whole text'; readonly value: string }
  /** The entry that decides; null: none does. */
  | { readonly kind: 'entry'; readonly value: string | null }
  | { readonly kind: 'source channel' | 'destination channel' | 'rewritten'; readonly value: string }
  | { readonly kind: 'relaying'; readonly value: boolean }
  | { readonly kind: 'tls'; readonly value: (typeof tlsWords)[number] }
  | { readonly kind: 'deliveries'; readonly value: readonly WantedDelivery[] };

/**
 * Whose answer is looked at: the client's, the sender's, or a recipient's. A recipient has the answer that mail to it
 * meets first: refused clients and senders refuse it too.
 */
export type CasePart = 'client' | 'from' | 'to';

/** One thing to compare; `recipient` is null when it holds for every recipient, and for client and sender. */
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
