/*
 * The sessions of one transaction with next mail servers: one for each server and envelope From. A session is opened when the
 * first recipient of its server is named, and ends with the transaction.
 */
import type { Reply } from '../../lib/smtp/index.js';
import {
  addressLike,
  type Backend,
  BackendSession,
  type ClientModule,
  forwardBackend,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
  isAscii,
  type MessageReplies,
  type MessageText,
  noAnswer,
  type OutboundQueue,
  type SessionRecipient,
} from '../haraka/index.js';
import { declaredOf, hasEnded } from '../support/index.js';
import { mailboxKey } from './mailboxes.js';
import { isOwnServer } from './own-servers.js';
import type { PlannedDelivery } from './plan.js';
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

/** A server, and the sender of the mail for it. */
export interface BackendRoute {
  readonly key: string;
  readonly backend: Backend;
  readonly from: HarakaAddress;
  /** Whether an address of the envelope is not ASCII, which MAIL has to declare. */
  readonly isUtf8: boolean;
}

const slowBackends = new SlowBackends();

/** Without a timeout of the plugin, RCPT is still answered. */
const usualTimeout = 30;
/** We answer before Haraka does: its own timeout would leave the session open. */
const shareOfTimeout = 0.9;

/** The milliseconds that a reply may take; null for no limit. */
export function limitOf(timeout: number): number | null {
  return timeout > 0 ? timeout * 1000 * shareOfTimeout : null;
}

/** An address as the server hears it: without a source route. */
function nameOf({ from }: BackendRoute, address: string): string {
  return addressLike(from, address).address;
}

/** The sessions of one transaction. */
export class BackendSessions {
  readonly #of: SessionsOf;
  readonly #sessions = new Map<string, BackendSession>();
  readonly #refused = new Set<string>();

  constructor(of: SessionsOf) {
    this.#of = of;
  }

  /** Finds the server of a delivery. Throws when the install cannot reach it. */
  routeOf({ address, route }: PlannedDelivery, from: HarakaAddress): BackendRoute {
    const to = addressLike(from, address);
    const backend = forwardBackend(this.#of.queue.plugins, route.nextHop, from, to);
    const isUtf8 = !isAscii(address) || !isAscii(from.address);
    return { key: `${backend.name} ${from.address} ${isUtf8}`, backend, from, isUtf8 };
  }

  /** Asks a server whether it accepts a recipient. */
  async ask(route: BackendRoute, { address, notary }: SessionRecipient): Promise<Reply> {
    if (hasEnded(this.#of.transaction) || slowBackends.isResting(route.backend.name, Date.now()))
      return noAnswer;
    const to = addressLike(route.from, address);
    const former = this.#sessions.get(route.key);
    let session = former === undefined || former.isLost ? this.#open(route) : former;
    const wasSilent = session.isSilent;
    let given = await session.ask(to, notary);
    // A server may close a connection at any time; a new one can be tried.
    if (
      (session.mayTryAnother || (session === former && session.isLost)) &&
      !hasEnded(this.#of.transaction)
    ) {
      session = this.#open(route);
      given = await session.ask(to, notary);
    }
    // One silence counts once, however many recipients wait.
    if (!wasSilent && (session.isSilent || session.hasAnswered)) {
      slowBackends.note(route.backend.name, session.isSilent, Date.now());
    }
    return given;
  }

  begin(route: BackendRoute): void {
    if (!hasEnded(this.#of.transaction)) this.#open(route);
  }

  /** Whether a server has accepted exactly these, so that the message can be sent. */
  isReadyFor(route: BackendRoute, recipients: readonly SessionRecipient[]): boolean {
    const named = recipients.map((one) => ({ ...one, address: nameOf(route, one.address) }));
    return this.#sessions.get(route.key)?.isReadyFor(named) ?? false;
  }

  /** Whether a server reports what becomes of the message. */
  reportsDelivery(route: BackendRoute): boolean {
    return this.#sessions.get(route.key)?.reportsDelivery ?? false;
  }

  /** Sends the message to a server that is ready for it, within the limit if there is one; gives the reply for each address. */
  async send(
    route: BackendRoute,
    addresses: readonly string[],
    text: MessageText,
    limitMs: number | null,
  ): Promise<MessageReplies> {
    const said = await this.#sessions.get(route.key)?.send(text, limitMs);
    return new Map(addresses.map((one) => [one, said?.get(nameOf(route, one)) ?? noAnswer]));
  }

  /** Ends the connection to a server that has not answered in time. */
  giveUp(route: BackendRoute): void {
    this.#sessions.get(route.key)?.giveUp();
  }

  /** Notes that a server refused one address of a recipient while another was accepted. */
  noteRefusal(delivery: PlannedDelivery): void {
    this.#refused.add(mailboxKey(delivery.route.channel, delivery.address));
  }

  wasRefused(delivery: PlannedDelivery): boolean {
    return this.#refused.has(mailboxKey(delivery.route.channel, delivery.address));
  }

  end(): void {
    for (const session of this.#sessions.values()) session.end();
  }

  #open({ key, backend, from, isUtf8 }: BackendRoute): BackendSession {
    this.#sessions.get(key)?.end();
    const { plugin, connection, transaction, module } = this.#of;
    const limitMs = limitOf(backend.timeout ?? ownTimeout(plugin)) ?? usualTimeout * 1000;
    const message = declaredOf(transaction);
    const session = new BackendSession({
      module,
      backend,
      connection,
      transaction,
      from,
      isUtf8,
      message,
      isOwn: isOwnServer,
      limitMs,
    });
    this.#sessions.set(key, session);
    return session;
  }
}

const kept = Symbol('sessions');

/** A transaction with its sessions, which are kept in it. */
interface WithSessions {
  [kept]?: BackendSessions;
}

export function backendSessions(of: SessionsOf): BackendSessions {
  const transaction: HarakaTransaction & WithSessions = of.transaction;
  let sessions = transaction[kept];
  if (sessions === undefined) {
    sessions = new BackendSessions(of);
    transaction[kept] = sessions;
  }
  return sessions;
}

/** Ends the connections of a transaction that is over. */
export function endSessions(transaction: HarakaTransaction & WithSessions): void {
  transaction[kept]?.end();
}
