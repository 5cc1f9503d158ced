/*
 * Admits only so many attempts at a time; the others wait in queues, one for each reputation. The first queue that is not empty is
 * served first: a short one from its front, a long one from its end, since in a flood those who came first have given up or will
 * be too late, and a new one is still in time. When a queue is full, the attempt that has waited longest is sent away.
 */
import type { Clock } from '../../runtime/time/index.js';
import { type Reputation, reputations } from './reputation.js';

/** Thrown when an attempt waited too long, or too many wait. */
export class TooBusy extends Error {
  constructor() {
    super('too many AUTH commands are waiting');
    this.name = 'TooBusy';
  }
}

interface Waiting {
  readonly admit: () => void;
  readonly sendAway: () => void;
}

const shortLine = 8;

export class Gate {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #mostInLine: number;
  readonly #lines = new Map<Reputation, Waiting[]>();
  #inside = 0;

  constructor(clock: Clock, most: number, mostInLine: number) {
    this.#clock = clock;
    this.#most = most;
    this.#mostInLine = mostInLine;
  }

  get isIdle(): boolean {
    return this.#inside === 0 && this.waiting === 0;
  }

  get waiting(): number {
    let sum = 0;
    for (const line of this.#lines.values()) sum += line.length;
    return sum;
  }

  /** Resolves when there is room; rejects with TooBusy. */
  enter(waitMs: number, reputation: Reputation): Promise<void> {
    if (this.#inside < this.#most) {
      this.#inside += 1;
      return Promise.resolve();
    }
    const line = this.#lines.get(reputation) ?? [];
    this.#lines.set(reputation, line);
    return new Promise((resolve, reject) => {
      const callOff = this.#clock.after(waitMs, () => {
        line.splice(line.indexOf(one), 1);
        reject(new TooBusy());
      });
      const one = {
        admit: () => {
          callOff();
          resolve();
        },
        sendAway: () => {
          callOff();
          reject(new TooBusy());
        },
      };
      line.push(one);
      if (line.length > this.#mostInLine) line.shift()?.sendAway();
    });
  }

  leave(): void {
    const next = this.#next();
    // The next one takes the place.
    if (next !== undefined) next.admit();
    else this.#inside -= 1;
  }

  #next(): Waiting | undefined {
    for (const reputation of reputations) {
      const line = this.#lines.get(reputation);
      if (line !== undefined && line.length > 0) return line.length > shortLine ? line.pop() : line.shift();
    }
    return undefined;
  }
}
