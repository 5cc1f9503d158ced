/*
 * Decisions, as values that the plugins apply and the command explains.
 */
import type { AccessDecision, AccessDelay, AccessTable } from '../access/index.js';
import type { PlainText } from '../address/index.js';
import type { Ambiguous } from '../forwarding/index.js';
import type { SpfKeyword } from '../limits/index.js';
import type { Verdict } from '../smtp/index.js';

/** What a table or SPF in shadow would have done, or did: see `applied`. */
export interface ShadowedVerdict {
  readonly table: AccessTable | SpfKeyword;
  /** The entry that decided, or the keyword and its channel; null when none did, as when the table could not be consulted. */
  readonly entry: string | null;
  readonly verdict: Verdict['kind'];
  /** `550 5.7.1 text`, as the client would have been told; empty for an acceptance. */
  readonly reply: string;
  /** Why it could not decide; empty unless the verdict is `defer`. */
  readonly cause: string;
  /** What it requested apart from its verdict, one phrase each. */
  readonly effects: readonly string[];
  /** True if it was done in spite of shadow mode, since it keeps strangers from relaying. */
  readonly applied: boolean;
}

export const noneShadowed: readonly ShadowedVerdict[] = Object.freeze([]);

/** The answer of a table of the site. */
export interface SiteDecision extends AccessDecision {
  /** Not empty where the table is in shadow and an entry matched, or it could not be consulted. */
  readonly shadowed: readonly ShadowedVerdict[];
}

export interface ConnectionDecision {
  readonly channel: string;
  /** One sentence for the log line. */
  readonly why: string;
  readonly switched: boolean;
  /** Whether Haraka lets this client relay. */
  readonly relaying: boolean;
}

/** What an access table requests apart from its verdict. */
export interface AccessEffects {
  readonly delay: AccessDelay | null;
  /** Header lines to add, each `Name: text`. */
  readonly headerLines: readonly string[];
  /** The message is kept in the held folder instead of being delivered. */
  readonly hold: boolean;
  /** The message is accepted and discarded. */
  readonly bitbucket: boolean;
  readonly tag: string | null;
  /** Lines for the log, in order. */
  readonly logLines: readonly string[];
}

/** MAIL FROM: the verdict, and the envelope From to use from now on. */
export interface SenderDecision {
  readonly verdict: Verdict;
  /** Completed and rewritten, without brackets; the empty string for the null sender. */
  readonly envelopeFrom: PlainText;
  /** The same after address reversal: what channels with `reverse` get. */
  readonly reversedFrom: PlainText;
  /** Whether FROM_ACCESS replaced the sender that the client named. */
  readonly replaced: boolean;
  /** Set when FROM_ACCESS replaces the Sender header. */
  readonly senderHeader: string | null;
  readonly effects: AccessEffects;
  /** Names of the entries that matched, in order. */
  readonly entries: readonly string[];
  /** What FROM_ACCESS would have done, where it is in shadow. */
  readonly shadowed: readonly ShadowedVerdict[];
}

/** One address that a recipient became, and the channel that carries it. */
export interface Delivery {
  /** `local@domain`, without brackets. */
  readonly address: PlainText;
  readonly channel: string;
  /** What a channel that reprocesses makes of it on its second pass; absent for other channels. */
  readonly then?: readonly Delivery[];
  /** Set where a directory channel found the name ambiguous: nothing is delivered, and the sender is told of these addresses. */
  readonly candidates?: readonly string[];
}

/** The deliveries that mail leaves by in the end: those of a later pass in place of the first. */
export function finalDeliveries(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one] : finalDeliveries(one.then)));
}

/** RCPT TO: the verdict, and where the message goes. */
export interface RecipientDecision {
  readonly verdict: Verdict;
  /** The rewritten address, before aliases and forwarding; as received when rewriting failed. */
  readonly address: PlainText;
  /** The channel of that address; null when none was reached. */
  readonly channel: string | null;
  /** Empty unless accepted. */
  readonly deliveries: readonly Delivery[];
  readonly effects: AccessEffects;
  /** Names of the entries that matched, in order; the deciding one is in the verdict. */
  readonly entries: readonly string[];
  /** What tables in shadow would have done, in order. */
  readonly shadowed: readonly ShadowedVerdict[];
  /** Set where it is refused since a directory channel found a name ambiguous. */
  readonly ambiguous?: Ambiguous;
}

export const noEffects: AccessEffects = {
  delay: null,
  headerLines: [],
  hold: false,
  bitbucket: false,
  tag: null,
  logLines: [],
};

/** The decision for a recipient that is delivered nowhere and requested nothing. */
export function undelivered(address: PlainText, verdict: Verdict): RecipientDecision {
  return { verdict, address, channel: null, deliveries: [], effects: noEffects, entries: [], shadowed: [] };
}
