/*
 * What pmdf/watch and pmdf/log get to know of the other plugins. Without them nothing is observed, and nothing is measured.
 */
import type { ShadowedVerdict } from '../../lib/decide/index.js';
import type { Policy, Session } from '../../lib/policy/index.js';
import type { Reply, Verdict } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaTransaction } from '../haraka/index.js';

/** What a decision is on; `limit` is any command that a limit of a channel refuses, or SPF in shadow would refuse. */
export type Stage = 'connection' | 'sender' | 'recipient' | 'limit';

/** What became of a delivery. */
export type Delivered = 'delivered' | 'deferred' | 'bounced';

/** A decision that was made. */
export interface ObservedDecision {
  readonly stage: Stage;
  readonly policy: Policy;
  readonly connection: HarakaConnection;
  /** The connection as it was decided on. */
  readonly session: Session;
  /** Null for a connection or a sender, and where no channel was reached. */
  readonly destinationChannel: string | null;
  readonly verdict: Verdict;
  /** What tables, or SPF, in shadow would have done. */
  readonly shadowed: readonly ShadowedVerdict[];
  /** As the client named it; null where it was not named yet. */
  readonly envelopeFrom: string | null;
  readonly envelopeTo: string | null;
  /** How long it took; null where that was not measured. */
  readonly seconds: number | null;
}

export interface Observer {
  /** A connection was given its channel. */
  connected(channel: string): void;
  decided(decision: ObservedDecision): void;
  /** A server answered for so many recipients, or the queue is done with them. */
  delivered(channel: string, outcome: Delivered, recipients: number): void;
  /** A hook ended with an internal error, and deferred. */
  troubled(): void;
  /** A message was sent to a server while the client waits, and the server answered. */
  sent?(deliveries: readonly DirectDelivery[]): void;
  /** A message is left to the queue plugin of the install for these recipients. */
  left?(transaction: HarakaTransaction, deliveries: readonly LeftDelivery[]): void;
  /** A plugin, ours or another, denied something. */
  denied?(connection: HarakaConnection, denial: Denial): void;
  /** A client tried to authenticate, and the password decided. */
  authenticated?(connection: HarakaConnection, user: string, isRight: boolean): void;
}

/** A denial, as Haraka tells of it. */
export interface Denial {
  readonly answer: number;
  readonly message: unknown;
  /** What the hook was given that denied. */
  readonly given: unknown;
  readonly hook: string;
}

/** One recipient on a channel. */
export interface LeftDelivery {
  readonly channel: string;
  readonly envelopeFrom: string;
  readonly address: string;
}

/** One recipient, and what the server said. */
export interface DirectDelivery extends LeftDelivery {
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  /** The name of the server. */
  readonly host: string;
  readonly reply: Reply;
}

let present: Observer | null = null;

function both(one: Observer, other: Observer): Observer {
  const each = (tell: (observer: Observer) => void): void => {
    tell(one);
    tell(other);
  };
  return {
    connected: (...seen) => each((seer) => seer.connected(...seen)),
    decided: (...seen) => each((seer) => seer.decided(...seen)),
    delivered: (...seen) => each((seer) => seer.delivered(...seen)),
    troubled: () => each((seer) => seer.troubled()),
    sent: (...seen) => each((seer) => seer.sent?.(...seen)),
    left: (...seen) => each((seer) => seer.left?.(...seen)),
    denied: (...seen) => each((seer) => seer.denied?.(...seen)),
    authenticated: (...seen) => each((seer) => seer.authenticated?.(...seen)),
  };
}

/** Has everything observed from now on; those who observe already still do. */
export function observeWith(observer: Observer): void {
  present = present === null ? observer : both(present, observer);
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
