/*
 * What a client of one kind of store does, for the pool that uses it: connect to one server, and ask it. Time limits,
 * repeated questions, several servers and servers that are down are the business of the pool.
 */

/** A server of a store: a host and port, or the path of a UNIX socket or file. */
export type StoreServer =
  | { readonly kind: 'host'; readonly host: string; readonly port: number }
  | { readonly kind: 'path'; readonly path: string };

/** A connection to one server of a store. `Query` says where and how a database of the configuration asks for a key. */
export interface StoreConnection<Query> {
  /**
   * The values of a key in the server's order; empty if it has no such key. Rejects if the server does not answer as
   * it should; the pool then closes the connection.
   */
  values(query: Query, key: string): Promise<readonly string[]>;
  /** Ends it at once; questions that wait are rejected. */
  close(): void;
}

/** One kind of store. */
export interface StoreClient<Settings, Query> {
  /** Connects and logs in. Rejects with the reason in words, without secrets; gives up when `ends` is aborted. */
  connect(server: StoreServer, settings: Settings, ends: AbortSignal): Promise<StoreConnection<Query>>;
}
