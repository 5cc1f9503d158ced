/*
 * The connections of a pool to its servers, and how many questions are on each. Questions gather on few connections, as far as
 * the protocol lets one connection have several: a client then sends and reads many at once.
 */
import type { StoreQuery } from '../../lib/config/index.js';
import type { LdapSearchQuery, StoreConnection, StoreServer } from './store-connection.js';

/** What a pool is asked: the query of a database, or a search. */
export type PoolQuery = StoreQuery | LdapSearchQuery;

export type Connection = StoreConnection<PoolQuery>;

export type Connect = (server: StoreServer, ends: AbortSignal) => Promise<Connection>;

/** A connection from the moment when it is wanted. */
export class SharedConnection {
  readonly server: StoreServer;
  /** Settles when it is open, or cannot be opened. */
  readonly opened: Promise<Connection>;
  readonly #opening = new AbortController();
  #connection: Connection | null = null;
  #isOver = false;
  #asked = 0;
  /** Whether it has answered a question. */
  hasAnswered = false;
  /** Whether it was closed because one question took too long; with the others nothing was wrong. */
  isInterrupted = false;

  constructor(server: StoreServer, connect: Connect) {
    this.server = server;
    this.opened = this.#open(connect);
    // Those who wait for it learn of it; perhaps nobody does any more.
    this.opened.catch(() => undefined);
  }

  /** Null until it is open. */
  get connection(): Connection | null {
    return this.#connection;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The number of questions that are on it, or wait until it is open. */
  get asked(): number {
    return this.#asked;
  }

  /** A question begins. */
  begin(): void {
    this.#asked += 1;
    if (this.#asked === 1) this.#connection?.keepAlive?.(true);
  }

  /** A question has ended. */
  end(): void {
    this.#asked -= 1;
    if (this.#asked === 0 && !this.#isOver) this.#connection?.keepAlive?.(false);
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#connection === null) this.#opening.abort(new Error('nobody waits for the connection'));
    else this.#connection.close();
  }

  async #open(connect: Connect): Promise<Connection> {
    const connection = await connect(this.server, this.#opening.signal);
    // A client that did not give up in time.
    if (this.#isOver) connection.close();
    this.#connection = connection;
    return connection;
  }
}

export interface ConnectionLimits {
  /** Connections at once, to all servers together. */
  readonly connections: number;
  /** Questions at once on one connection. */
  readonly questionsAtOnce: number;
}

export class OpenConnections {
  readonly #connect: Connect;
  readonly #limits: ConnectionLimits;
  readonly #byServer = new Map<StoreServer, SharedConnection[]>();
  #count = 0;
  #keepsIdle = true;
  #waiting: (() => void)[] = [];

  constructor(connect: Connect, limits: ConnectionLimits) {
    this.#connect = connect;
    this.#limits = limits;
  }

  /**
   * A connection to a server with one question more on it, which `leave` ends; null if there can be none now: `room` says
   * when to try again.
   */
  take(server: StoreServer): SharedConnection | null {
    const shared = this.#withRoom(server) ?? this.#another(server);
    shared?.begin();
    return shared;
  }

  /** An open connection to a server on which no question is. */
  idle(server: StoreServer): Connection | null {
    const first = this.#byServer.get(server)?.[0];
    return first === undefined || first.asked > 0 ? null : first.connection;
  }

  /** Settles when a connection was closed, or has nothing to do any more. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** A question is no longer on its connection. */
  leave(shared: SharedConnection): void {
    shared.end();
    if (shared.asked > 0) return;
    // Of one that is not open yet nobody knows whether it will be.
    if (!this.#keepsIdle || shared.connection === null) this.close(shared);
    else this.#tellRoom();
  }

  /** Closes a connection; questions that are on it fail. `isInterrupted` says that they may well be asked again. */
  close(shared: SharedConnection, isInterrupted = false): void {
    if (shared.isOver) return;
    shared.isInterrupted = isInterrupted;
    const all = this.#byServer.get(shared.server) ?? [];
    const others = all.filter((one) => one !== shared);
    if (others.length === 0) this.#byServer.delete(shared.server);
    else this.#byServer.set(shared.server, others);
    this.#count -= 1;
    shared.close();
    this.#tellRoom();
  }

  /** Closes those to a server on which no question is. */
  closeIdleTo(server: StoreServer): void {
    for (const shared of this.#byServer.get(server) ?? []) if (shared.asked === 0) this.close(shared);
  }

  /** From now on keeps none open on which no question is. */
  keepNoneIdle(): void {
    this.#keepsIdle = false;
    for (const server of [...this.#byServer.keys()]) this.closeIdleTo(server);
  }

  #withRoom(server: StoreServer): SharedConnection | null {
    for (const shared of this.#byServer.get(server) ?? []) {
      if (shared.asked < this.#limits.questionsAtOnce) return shared;
    }
    return null;
  }

  #another(server: StoreServer): SharedConnection | null {
    if (this.#count >= this.#limits.connections && !this.#closeOneIdle()) return null;
    const shared = new SharedConnection(server, this.#connect);
    const all = this.#byServer.get(server);
    if (all === undefined) this.#byServer.set(server, [shared]);
    else all.push(shared);
    this.#count += 1;
    return shared;
  }

  /** Closes one to make room for another; those in front are used first, so the last is missed least. */
  #closeOneIdle(): boolean {
    for (const all of this.#byServer.values()) {
      const shared = all.findLast(({ asked }) => asked === 0);
      if (shared === undefined) continue;
      this.close(shared);
      return true;
    }
    return false;
  }

  #tellRoom(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tell of waiting) tell();
  }
}
