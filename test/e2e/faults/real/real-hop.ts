/*
 * A real mail server with a proxy before it, as a next hop with faults.
 */

import type { Fault } from '../fault-rows.js';
import type { FaultyHop } from '../faulty-hop.js';
import { FaultProxy, type ProxyScript } from './fault-proxy.js';
import { type MailServer, type Misbehaviour, type RecipientWord, wordOf } from './mail-server.js';

/** A fault of the server itself, or one that the proxy gives it. */
export interface RealRow extends Fault {
  readonly script?: ProxyScript;
  readonly words: readonly RecipientWord[];
  readonly server?: Misbehaviour;
}

/** A server, reached through a proxy of its own. */
export class RealHop implements FaultyHop<RealRow> {
  readonly #proxy: FaultProxy;
  readonly #server: MailServer;
  #refusesMessages = false;
  #unanswered = 0;

  constructor(server: MailServer) {
    this.#server = server;
    this.#proxy = new FaultProxy(server.port, server.kill);
  }

  get port(): number {
    return this.#proxy.port;
  }

  get hits(): number {
    return this.#proxy.hits;
  }

  /** As the fault says; nobody else has the queue flushed while it lasts. */
  get unanswered(): number {
    return this.#unanswered;
  }

  kept(address: string): number {
    return this.#server.messagesOf(address).length;
  }

  hasRefused(address: string): boolean {
    const word = wordOf(address);
    const isItsOwn = word === 'none' || word === 'over' || this.#refusesMessages;
    return isItsOwn || this.#proxy.hasRefused(address);
  }

  listen(): Promise<void> {
    return this.#proxy.listen();
  }

  close(): Promise<void> {
    return this.#proxy.close();
  }

  alone(): Promise<void> {
    return this.#proxy.alone();
  }

  async misbehave(row: RealRow, to: readonly string[]): Promise<void> {
    this.#refusesMessages = row.server?.message === 552;
    this.#unanswered = row.keptSilently ?? 0;
    this.#server.expect(to);
    await this.#server.misbehave(row.server ?? {});
    this.#proxy.follow(row.script, row.keptSilently !== undefined, to);
    if (row.kind === 'down') await this.#server.kill();
  }

  async mend(): Promise<void> {
    await this.#server.mend();
    this.#proxy.mend();
  }

  settle(): Promise<void> {
    return this.#server.settle();
  }
}
