/*
 * What the policy decides, as values that shells apply and traces explain.
 */
import type { Verdict } from '../smtp/index.js';

import type { ShadowedVerdict } from './shadow.js';

/** The channel of a connection. */
export interface ConnectionDecision {
  readonly channel: string;
  /** One sentence for the log line. */
  readonly why: string;
  readonly switched: boolean;
  /** Whether clients on this channel count as our own for Haraka. */
  readonly relaying: boolean;
}

/** What an access table asks for beside its verdict. */
export interface AccessEffects {
  /** Hundredths of a second; `everyCommand` or only on this one. */
  readonly delay: { readonly hundredths: number; readonly everyCommand: boolean } | null;
  /** Header lines to add, each `Name: text`. */
  readonly headerLines: readonly string[];
  /** The message is put into the held folder instead of being delivered. */
  readonly hold: boolean;
  /** The message is accepted and thrown away. */
  readonly bitbucket: boolean;
  readonly tag: string | null;
  /** Lines for the log, in order. */
  readonly logLines: readonly string[];
}

/** MAIL FROM: the verdict, and the sender that goes on. */
export interface SenderDecision {
  readonly verdict: Verdict;
  /** Completed and rewritten, without brackets; the empty string for the null path. */
  readonly envelopeFrom: string;
  /** The same after address reversal: what channels with `reverse` get. */
  readonly reversedFrom: string;
  /** Whether FROM_ACCESS put it in the place of the sender that the client named. */
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
  readonly address: string;
  readonly channel: string;
  /** What the process channel makes of it on its second pass; absent for other channels. */
  readonly then?: readonly Delivery[];
}

/** RCPT TO: the verdict, and where the message goes. */
export interface RecipientDecision {
  readonly verdict: Verdict;
  /** The rewritten address, before aliases and forwarding; as received when rewriting failed. */
  readonly address: string;
  /** The channel of that address; null when none was reached. */
  readonly channel: string | null;
  /** Empty unless accepted. */
  readonly deliveries: readonly Delivery[];
  readonly effects: AccessEffects;
  /** Names of the entries that matched, in order; the deciding one is in the verdict. */
  readonly entries: readonly string[];
  /** What tables in shadow would have done, in order. */
  readonly shadowed: readonly ShadowedVerdict[];
}

/** No effects. */
export const noEffects: AccessEffects = {
  delay: null,
  headerLines: [],
  hold: false,
  bitbucket: false,
  tag: null,
  logLines: [],
};

/** Joins lines; one that was there stays once, as when a table is asked about each address of a list. */
function together(earlier: readonly string[], later: readonly string[]): readonly string[] {
  return later.every((line) => earlier.includes(line)) ? earlier : [...new Set([...earlier, ...later])];
}

/** Adds the effects of a later table to those of earlier ones; the later delay wins. */
export function joinEffects(earlier: AccessEffects, later: AccessEffects): AccessEffects {
  if (earlier === noEffects) return later;
  return {
    delay: later.delay ?? earlier.delay,
    headerLines: together(earlier.headerLines, later.headerLines),
    hold: earlier.hold || later.hold,
    bitbucket: earlier.bitbucket || later.bitbucket,
    tag: later.tag ?? earlier.tag,
    logLines: together(earlier.logLines, later.logLines),
  };
}
