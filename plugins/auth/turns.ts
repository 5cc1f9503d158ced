/*
 * Who may have a password looked at, and when. Each client has one turn at a time, so that many connections of one are
 * no faster than one; and only a few keys are derived at once, so that others find a thread. Waiting is bounded in
 * number and in time; whoever waits too long is sent away.
 */
import type { Clock } from '../../runtime/clock.js';

/** Raised when somebody waited too long, or too many wait. */
export class TooBusy extends Error {
  constructor() {
    super('too many AUTH commands wait');
    this.name = 'TooBusy';
  }
}

/** Something that so many may have at once; the others stand in a line. */
class Gate {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #line: (() => void)[] = [];
  #inside = 0;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get isIdle(): boolean {
    return this.#inside === 0 && this.#line.length === 0;
  }

  get waiting(): number {
    return this.#line.length;
  }

  enter(waitMs: number): Promise<void> {
    if (this.#inside < this.#most) {
      this.#inside += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        callOff();
        resolve();
      };
      const callOff = this.#clock.after(waitMs, () => {
        this.#line.splice(this.#line.indexOf(admit), 1);
        reject(new TooBusy());
      });
      this.#line.push(admit);
    });
  }

  leave(): void {
    const next = this.#line.shift();
    // Whoever is next takes the place over.
    if (next !== undefined) next();
    else this.#inside -= 1;
  }
}

/** How much is let in. */
export interface TurnLimits {
  /** Keys derived at once. */
  readonly atOnce: number;
  /** Attempts of one client that may wait. */
  readonly waitingPerClient: number;
  /** Clients that may wait or be served. */
  readonly clients: number;
}

/** Half of the four threads that a Node process has: look-ups and files need the others. */
export const usualLimits: TurnLimits = { atOnce: 2, waitingPerClient: 16, clients: 1_000 };

/** The turns of all clients of this process. */
export class Turns {
  readonly #clock: Clock;
  readonly #limits: TurnLimits;
  readonly #slots: Gate;
  readonly #clients = new Map<string, Gate>();

  constructor(clock: Clock, limits = usualLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#slots = new Gate(clock, limits.atOnce);
  }

  /** How many clients wait or are served. */
  get size(): number {
    return this.#clients.size;
  }

  /** Works while the client has its turn. Throws TooBusy, and what the work throws. */
  async withTurn<T>(client: string, waitMs: number, work: () => Promise<T>): Promise<T> {
    const known = this.#clients.get(client);
    if (known === undefined && this.#clients.size >= this.#limits.clients) throw new TooBusy();
    if (known !== undefined && known.waiting >= this.#limits.waitingPerClient) throw new TooBusy();
    const gate = known ?? new Gate(this.#clock, 1);
    this.#clients.set(client, gate);
    await gate.enter(waitMs);
    try {
      return await work();
    } finally {
      gate.leave();
      if (gate.isIdle) this.#clients.delete(client);
    }
  }

  /** Works while a key may be derived. Throws TooBusy, and what the work throws. */
  async withSlot<T>(waitMs: number, work: () => Promise<T>): Promise<T> {
    await this.#slots.enter(waitMs);
    try {
      return await work();
    } finally {
      this.#slots.leave();
    }
  }
}
