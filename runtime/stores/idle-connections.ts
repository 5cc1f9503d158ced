/*
 * The open connections of a pool that nothing uses now, by their server. The one used last is used first.
 */
import type { StoreQuery } from '../../lib/config/index.js';
import type { LdapSearchQuery, StoreConnection, StoreServer } from './store-connection.js';

/** What a pool is asked: the query of a database, or a search. */
export type PoolQuery = StoreQuery | LdapSearchQuery;

export type Connection = StoreConnection<PoolQuery>;

export class IdleConnections {
  readonly #byServer = new Map<StoreServer, Connection[]>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  take(server: StoreServer): Connection | undefined {
    const connection = this.#byServer.get(server)?.pop();
    if (connection === undefined) return undefined;
    this.#count -= 1;
    connection.keepAlive?.(true);
    return connection;
  }

  put(server: StoreServer, connection: Connection): void {
    connection.keepAlive?.(false);
    const idle = this.#byServer.get(server);
    if (idle === undefined) this.#byServer.set(server, [connection]);
    else idle.push(connection);
    this.#count += 1;
  }

  /** Closes those to one server. */
  closeAllTo(server: StoreServer): void {
    const idle = this.#byServer.get(server) ?? [];
    this.#byServer.delete(server);
    this.#count -= idle.length;
    for (const connection of idle) connection.close();
  }

  /** Closes one, whichever has been idle longest to some server, to make room for another. */
  closeOne(): void {
    for (const [, idle] of this.#byServer) {
      const connection = idle.shift();
      if (connection === undefined) continue;
      this.#count -= 1;
      connection.close();
      return;
    }
  }

  closeAll(): void {
    for (const server of [...this.#byServer.keys()]) this.closeAllTo(server);
  }
}
