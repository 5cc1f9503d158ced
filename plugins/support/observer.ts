/*
 * What pmdf/watch gets to know of the other plugins. Without it nothing is observed, and nothing is measured.
 */
import type { Policy } from '../../lib/policy/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import type { HarakaConnection } from '../haraka/index.js';

/** At which command a decision is made. */
export type Stage = 'connection' | 'sender' | 'recipient';

/** What became of a delivery. */
export type Delivered = 'delivered' | 'deferred' | 'bounced';

/** A decision that was made. */
export interface ObservedDecision {
  readonly stage: Stage;
  readonly policy: Policy;
  readonly connection: HarakaConnection;
  readonly sourceChannel: string;
  /** Null for a connection or a sender, and where no channel was reached. */
  readonly destinationChannel: string | null;
  readonly verdict: Verdict;
  /** Whether a table in shadow decided differently. */
  readonly isShadowed: boolean;
  /** As the client named it; null where it was not named yet. */
  readonly envelopeFrom: string | null;
  readonly envelopeTo: string | null;
  readonly seconds: number;
}

export interface Observer {
  /** A connection was given its channel. */
  connected(channel: string): void;
  decided(decision: ObservedDecision): void;
  /** A server answered for so many recipients, or the queue is done with them. */
  delivered(channel: string, outcome: Delivered, recipients: number): void;
  /** A hook ended with an internal error, and deferred. */
  troubled(): void;
}

let present: Observer | null = null;

/** Has everything observed from now on. */
export function observeWith(observer: Observer): void {
  present = observer;
}

/** Who observes; null when nobody does. */
export function observer(): Observer | null {
  return present;
}

const perSecond = 1_000;

/** The time of a measurement's begin, in milliseconds; 0 when nobody observes. */
export function startOfMeasurement(): number {
  return present === null ? 0 : performance.now();
}

/** The seconds since then. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / perSecond;
}
