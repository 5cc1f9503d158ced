/*
 * Who may have a password looked at, and when. Each client has one turn at a time, so that many connections of one are
 * no faster than one; and only a few keys are derived at once, so that others find a thread. Waiting is bounded in
 * number and in time; those who wait too long are sent away.
 */
import type { Clock } from '../../runtime/time/index.js';
import { Gate, TooBusy } from './gate.js';
import type { Standing } from './standing.js';

/** How much is let in. */
export interface TurnLimits {
  /** Keys derived at once. */
  readonly atOnce: number;
  /** Attempts of one client that may wait. */
  readonly waitingPerClient: number;
  /** Clients of one standing that may wait for a key. */
  readonly waitingForKey: number;
  /** Clients that may wait or be served; those that are known come on top of them. */
  readonly clients: number;
}

/** Half of the four threads that a Node process has: look-ups and files need the others. */
export const usualLimits: TurnLimits = {
  atOnce: 2,
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

  /** How many clients wait or are served. */
  get size(): number {
    return this.#clients.size;
  }

  /** Works while the client has its turn. Throws TooBusy, and what the work throws. */
  async withTurn<T>(client: string, standing: Standing, waitMs: number, work: () => Promise<T>): Promise<T> {
    const { clients, waitingPerClient } = this.#limits;
    const open = this.#clients.get(client);
    if (open === undefined && standing !== 'known' && this.#clients.size >= clients) throw new TooBusy();
    if (open !== undefined && open.waiting >= waitingPerClient) throw new TooBusy();
    const gate = open ?? new Gate(this.#clock, 1, waitingPerClient);
    this.#clients.set(client, gate);
    await gate.enter(waitMs, standing);
    try {
      return await work();
    } finally {
      gate.leave();
      if (gate.isIdle) this.#clients.delete(client);
    }
  }

  /** Works while a key may be derived. Throws TooBusy, and what the work throws. */
  async withSlot<T>(standing: Standing, waitMs: number, work: () => Promise<T>): Promise<T> {
    await this.#slots.enter(waitMs, standing);
    try {
      return await work();
    } finally {
      this.#slots.leave();
    }
  }
}
