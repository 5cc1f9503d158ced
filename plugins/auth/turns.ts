/*
 * When a password is checked. Each client has one turn at a time, so that many connections are no faster than one; and only a
 * few keys are derived at once, each of which takes memory. Waiting is bounded in number and in time; an attempt that
 * waits too long is sent away.
 */
import type { Clock } from '../../runtime/time/index.js';
import { keysAtOnce } from '../support/index.js';
import { Gate, TooBusy } from './gate.js';
import type { Reputation } from './reputation.js';

export interface TurnLimits {
  readonly atOnce: number;
  /** Attempts of one client that may wait. */
  readonly waitingPerClient: number;
  /** Clients of one reputation that may wait for a key. */
  readonly waitingForKey: number;
  /** Clients that may wait or be served, beside those that are known. */
  readonly clients: number;
}

export const usualLimits: TurnLimits = {
  atOnce: keysAtOnce,
  waitingPerClient: 16,
  waitingForKey: 256,
  clients: 10_000,
};

/** The turns of all clients of this process. */
export class Turns {
  readonly #clock: Clock;
  readonly #limits: TurnLimits;
  readonly #slots: Gate;
  readonly #clients = new Map<string, Gate>();

  constructor(clock: Clock, limits = usualLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#slots = new Gate(clock, limits.atOnce, limits.waitingForKey);
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Runs the work when it is the client's turn. Throws TooBusy, and what the work throws. */
  async withTurn<T>(
    client: string,
    reputation: Reputation,
    waitMs: number,
    work: () => Promise<T>,
  ): Promise<T> {
    const { clients, waitingPerClient } = this.#limits;
    const open = this.#clients.get(client);
    if (open === undefined && reputation !== 'known' && this.#clients.size >= clients) throw new TooBusy();
    if (open !== undefined && open.waiting >= waitingPerClient) throw new TooBusy();
    const gate = open ?? new Gate(this.#clock, 1, waitingPerClient);
    this.#clients.set(client, gate);
    await gate.enter(waitMs, reputation);
    try {
      return await work();
    } finally {
      gate.leave();
      if (gate.isIdle) this.#clients.delete(client);
    }
  }

  /** Runs the work when a key may be derived. Throws TooBusy, and what the work throws. */
  async withSlot<T>(reputation: Reputation, waitMs: number, work: () => Promise<T>): Promise<T> {
    await this.#slots.enter(waitMs, reputation);
    try {
      return await work();
    } finally {
      this.#slots.leave();
    }
  }
}
