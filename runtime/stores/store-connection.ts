/*
 * What a client of one kind of store does, for the pool that uses it: connect to one server, and ask it. Time limits,
 * repeated questions, several servers and servers that are down are the business of the pool.
 */
import type { StoreServer } from '../../lib/config/index.js';

export type { StoreServer } from '../../lib/config/index.js';

/** What the settings only name: the password, and the trusted authorities in PEM; null if they name none. */
export interface Secrets {
  readonly password: string | null;
  readonly ca: string | null;
}

/**
 * Raised when a server answers that it cannot answer this question, though it may well answer others: the query is wrong,
 * or the value is of a wrong type or not text. The connection stays open, and the server counts as working.
 */
export class QuestionRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuestionRefused';
  }
}

/** A connection to one server of a store. `Query` says where and how a database of the configuration asks for a key. */
export interface StoreConnection<Query> {
  /**
   * The values of a key in the server's order; empty if it has no such key. As many questions at a time as the kind of store
   * permits. Rejects with QuestionRefused, or with any other error if the server does not answer as it should; the pool then
   * closes the connection. The message is for the log, without secrets.
   */
  values(query: Query, key: string): Promise<readonly string[]>;
  /** The same where an answer is there without waiting; null if it has to be asked for with `values`. Never throws. */
  valuesAtOnce?(query: Query, key: string): readonly string[] | null;
  /** What the server says it is, such as `Redis 7.0.15`; null if it does not say. Rejects if the connection fails. */
  version?(): Promise<string | null>;
  /** Ends it at once; questions that wait are rejected. Never throws. */
  close(): void;
  /** Whether it keeps the process alive: the pool says so while it waits for an answer. */
  keepAlive?(wanted: boolean): void;
}

/** One kind of store. */
export interface StoreClient<Settings, Query> {
  /** Loads its package; absent if it has none. Connecting does so too, but within the time that a server has. */
  load?(): Promise<unknown>;
  /** Connects and logs in. Rejects with the reason in words, without secrets; gives up when `ends` is aborted. */
  connect(
    server: StoreServer,
    settings: Settings & Secrets,
    ends: AbortSignal,
  ): Promise<StoreConnection<Query>>;
}

/** The query of every search in a directory; the search itself, in JSON, is the key. */
export interface LdapSearchQuery {
  readonly kind: 'ldap search';
}
