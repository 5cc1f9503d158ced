/*
 * The answer to the question whether strangers can relay: one for each channel that strangers come in on.
 *
 * A relay is a session of a stranger that begins at an entry point (`entryPointsOf`), without AUTH, in which MAIL FROM and RCPT TO
 * are accepted, and of whose final deliveries, those of later passes included, one leaves to the outside:
 *   - its channel leads outside, or unknown hosts lead to its channel and its host is not one of ours; or
 *   - it is for a server inside that may read the address as one at a host outside (`audit/readings.ts`);
 * except deliveries to an address that the site's own forwarding (an alias, FORWARD, a database) spells out in full, which the
 * stranger cannot choose. A value that keeps text of the stranger, even the local part alone, is not such an address.
 */
import type { Span } from '../../text/index.js';
import type { AllowedNote } from './allowed-notes.js';

/** A session that relays, in full. */
export interface Witness {
  readonly client: string;
  /** The port of the listener. */
  readonly port: number;
  /** The name of the client's address, confirmed; null for none. */
  readonly name: string | null;
  readonly helo: string | null;
  /** Whether the client uses ESMTP; HELO in place of EHLO otherwise. */
  readonly esmtp: boolean;
  readonly tls: boolean;
  /** MAIL FROM and RCPT TO without brackets. */
  readonly from: string;
  readonly to: string;
  /** ORCPT without its type. */
  readonly originalRecipient: string | null;
  readonly notify: readonly string[];
}

/** One way in which strangers relay: a class of sessions in words, and a shortest session of it that the engine was seen to relay. */
export interface RelayWay {
  readonly channel: string;
  /** Which senders: `*@partner.example`, `any sender`. */
  readonly senders: string;
  readonly recipients: string;
  /** What else a session needs, one phrase each. */
  readonly conditions: readonly string[];
  /** The entries and rules that let it pass, `file:line` each, in order. */
  readonly entries: readonly string[];
  readonly witness: Witness;
  /** The delivery that leaves: `channel address`, and how a server inside reads it where it is one. */
  readonly delivered: string;
  /** The reason with which the site allows it; null where it does not. */
  readonly allowed: string | null;
  /** The entries, rules and items of pmdf.yaml that say so, `file:line` each. */
  readonly allowedAt: readonly string[];
}

/** Something that keeps the answer from being certain, and what was assumed about it. */
export interface Doubt {
  readonly channel: string;
  readonly cause: string;
  readonly assumed: string;
  readonly span: Span | null;
}

/**
 *   proved       no session relays
 *   relays       each way was run through the engine, and relayed
 *   cannot-tell  no way is known for certain, but something could not be followed: see `doubts`
 *   not-decided  the limit of work was reached
 */
export type RelayAnswer = 'proved' | 'relays' | 'cannot-tell' | 'not-decided';

export interface ChannelProof {
  readonly channel: string;
  /** The port of a submission channel; null for others. */
  readonly submission: number | null;
  /** Why no stranger gets as far as RCPT TO; null where they do. */
  readonly closed: string | null;
  readonly answer: RelayAnswer;
  readonly ways: readonly RelayWay[];
  readonly doubts: readonly Doubt[];
}

export interface RelayProof {
  readonly channels: readonly ChannelProof[];
  /** What the answer rests on, one sentence each. */
  readonly restsOn: readonly string[];
  /** Local domains for which no plain recipient of a plain stranger is accepted. */
  readonly refusesAll: readonly string[];
  /** Notes that allow nothing: no stranger relays by what they allow. Empty if not everything was decided. */
  readonly unusedNotes: readonly AllowedNote[];
}

/** The ways that the site does not allow. */
export function openWays({ ways }: Pick<ChannelProof, 'ways'>): readonly RelayWay[] {
  return ways.filter(({ allowed }) => allowed === null);
}

/** Whether nothing relays on a channel but what the site allows, and nothing is in doubt. */
export function isSettled(proof: ChannelProof): boolean {
  const { answer, doubts } = proof;
  return answer === 'proved' || (answer === 'relays' && doubts.length === 0 && openWays(proof).length === 0);
}
