/*
 * Limits on the connections that one process serves at a time: of all clients together, and of one client, which has all addresses
 * of its IPv6 network. 0 means no limit.
 * Ref: PMDF 11.3.2 (MAX_CONNS); RFC 3463 3.4 (X.3.2)
 */
import { countedClient } from '../address/index.js';
import { reply } from '../smtp/index.js';
import type { LimitRefusal } from './refusal.js';

function refuse(setting: string, enhanced: string, text: string): LimitRefusal {
  return { place: `limits.${setting}`, reply: reply(421, enhanced, text), ends: true };
}

export interface ConnectionLimits {
  readonly connections: number;
  readonly connectionsPerClient: number;
}

/** The connections that are served, each known by an object of its own. */
export class OpenConnections {
  readonly #clients = new Map<object, string>();
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#clients.size;
  }

  /** Takes in a connection, or one that turns out to be another client's; gives the refusal if there are too many. */
  open(connection: object, address: string, limits: ConnectionLimits): LimitRefusal | null {
    this.close(connection);
    const { connections, connectionsPerClient } = limits;
    if (connections > 0 && this.#clients.size >= connections) {
      return refuse('connections', '4.3.2', 'too many connections, try again later');
    }
    const client = countedClient(address);
    const count = this.#counts.get(client) ?? 0;
    if (connectionsPerClient > 0 && count >= connectionsPerClient) {
      const text = 'too many connections from your address, try again later';
      return refuse('connections_per_client', '4.7.0', text);
    }
    this.#clients.set(connection, client);
    this.#counts.set(client, count + 1);
    return null;
  }

  /** Forgets a connection; one that was refused is not known. */
  close(connection: object): void {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    this.#clients.delete(connection);
    const left = (this.#counts.get(client) ?? 1) - 1;
    if (left === 0) this.#counts.delete(client);
    else this.#counts.set(client, left);
  }
}
