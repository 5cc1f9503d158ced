/*
 * The sessions of one transaction with the servers that it is handed on to: one for each server and envelope From. They
 * are opened when the first recipient of that server is named, and end with the transaction.
 */
import type { Reply } from '../../lib/smtp/index.js';
import { noAnswer } from '../haraka/backend/backend-reply.js';
import { type Backend, BackendSession, isAscii } from '../haraka/backend/backend-session.js';
import type { ClientModule } from '../haraka/backend/smtp-client.js';
import type { MessageText } from '../haraka/message/message-text.js';
import type { OutboundQueue } from '../haraka/queue/outbound-queue.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, HarakaTransaction } from '../haraka/types.js';
import { hasEnded } from '../support/ended-transactions.js';
import { addressLike } from '../support/session.js';
import { mailboxKey, type PlannedDelivery } from './plan.js';
import { SlowBackends } from './slow-backends.js';
import { ownTimeout } from './timeouts.js';

/** What the sessions of a transaction are made with. */
export interface SessionsOf {
  readonly plugin: HarakaPlugin;
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  readonly queue: OutboundQueue;
  readonly module: ClientModule;
}

/** A server and what it is told of the sender. */
export interface Way {
  readonly key: string;
  readonly backend: Backend;
  readonly from: HarakaAddress;
  /** Whether an address of the envelope is beyond ASCII, which is said with the sender. */
  readonly isUtf8: boolean;
}

const slowBackends = new SlowBackends();

/** Without a timeout of the plugin a client still gets an answer to RCPT. */
const usualTimeout = 30;
/** We answer before Haraka would: its answer would leave the session open. */
const shareOfTimeout = 0.9;

/** The milliseconds that an answer may take; null for any time. */
export function limitOf(timeout: number): number | null {
  return timeout > 0 ? timeout * 1000 * shareOfTimeout : null;
}

/** The sessions of one transaction. */
export class BackendSessions {
  readonly #of: SessionsOf;
  readonly #sessions = new Map<string, BackendSession>();
  readonly #refused = new Set<string>();

  constructor(of: SessionsOf) {
    this.#of = of;
  }

  /** Finds the server of a delivery. Throws when the install has no way to reach it. */
  wayOf({ address, route }: PlannedDelivery, from: HarakaAddress): Way {
    const to = addressLike(from, address);
    const backend = this.#of.queue.backendFor(route.nextHop, from, to);
    const isUtf8 = !isAscii(address) || !isAscii(from.address);
    return { key: `${backend.name} ${from.address} ${isUtf8}`, backend, from, isUtf8 };
  }

  /** Asks a server about an address while the transaction goes on. */
  async ask(way: Way, address: string): Promise<Reply> {
    if (hasEnded(this.#of.transaction) || slowBackends.isResting(way.backend.name, Date.now()))
      return noAnswer;
    const to = addressLike(way.from, address);
    const former = this.#sessions.get(way.key);
    let session = former === undefined || former.isLost ? this.#open(way) : former;
    const wasSilent = session.isSilent;
    let given = await session.ask(to);
    // A server may end a connection at any time; the question can be asked again on another.
    if (
      (session.mayTryAnother || (session === former && session.isLost)) &&
      !hasEnded(this.#of.transaction)
    ) {
      session = this.#open(way);
      given = await session.ask(to);
    }
    // One silence is one, however many recipients it concerns.
    if (!wasSilent && (session.isSilent || session.hasAnswered)) {
      slowBackends.note(way.backend.name, session.isSilent, Date.now());
    }
    return given;
  }

  /** Opens a new session with a server, which has accepted nobody yet. */
  begin(way: Way): void {
    if (!hasEnded(this.#of.transaction)) this.#open(way);
  }

  /** Whether a server has accepted exactly these addresses and waits for the message. */
  isReadyFor(way: Way, addresses: readonly string[]): boolean {
    return this.#sessions.get(way.key)?.isReadyFor(addresses) ?? false;
  }

  /** Hands the message to a server that is ready for it, within the limit if there is one. */
  async send(way: Way, text: MessageText, limitMs: number | null): Promise<Reply> {
    return (await this.#sessions.get(way.key)?.send(text, limitMs)) ?? noAnswer;
  }

  /** Remembers that a server refused one of the addresses that a recipient became, while another was accepted. */
  noteRefusal(delivery: PlannedDelivery): void {
    this.#refused.add(mailboxKey(delivery.route.channel, delivery.address));
  }

  wasRefused(delivery: PlannedDelivery): boolean {
    return this.#refused.has(mailboxKey(delivery.route.channel, delivery.address));
  }

  /** Ends all connections. */
  end(): void {
    for (const session of this.#sessions.values()) session.end();
  }

  #open({ key, backend, from, isUtf8 }: Way): BackendSession {
    this.#sessions.get(key)?.end();
    const { plugin, connection, transaction, module } = this.#of;
    const limitMs = limitOf(backend.timeout ?? ownTimeout(plugin)) ?? usualTimeout * 1000;
    const session = new BackendSession({ module, backend, connection, transaction, from, isUtf8, limitMs });
    this.#sessions.set(key, session);
    return session;
  }
}

const known = new WeakMap<HarakaTransaction, BackendSessions>();

/** The sessions of a transaction. */
export function backendSessions(of: SessionsOf): BackendSessions {
  let sessions = known.get(of.transaction);
  if (sessions === undefined) {
    sessions = new BackendSessions(of);
    known.set(of.transaction, sessions);
  }
  return sessions;
}

/** Ends the connections of a transaction that is over. */
export function endSessions(transaction: HarakaTransaction): void {
  known.get(transaction)?.end();
}
