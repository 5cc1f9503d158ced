/*
 * How many questions are under way at once, and how many may wait for their turn.
 */

/** Raised when too many questions wait, or when there is no use in waiting any longer. */
export class NoPermit extends Error {}

interface Waiting {
  readonly go: () => void;
  readonly refuse: (error: NoPermit) => void;
}

export class Permits {
  #free: number;
  readonly #mostWaiting: number;
  // A set keeps the order, and forgets one that gives up without a search.
  readonly #waiting = new Set<Waiting>();

  constructor(count: number, mostWaiting: number) {
    this.#free = count;
    this.#mostWaiting = mostWaiting;
  }

  /** Takes a permit if one is free. */
  takeFree(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** Takes a permit, in the order of the calls. Rejects with NoPermit if too many wait, or when `ends` is aborted. */
  take(ends: AbortSignal): Promise<void> {
    if (this.takeFree()) return Promise.resolve();
    if (this.#waiting.size >= this.#mostWaiting) {
      return Promise.reject(new NoPermit(`more than ${this.#mostWaiting} questions wait for a connection`));
    }
    return new Promise((resolve, reject) => {
      const over = (): void => {
        this.#waiting.delete(waiting);
        reject(new NoPermit('no connection became free in time'));
      };
      const waiting: Waiting = {
        go: () => {
          ends.removeEventListener('abort', over);
          resolve();
        },
        refuse: (error) => {
          ends.removeEventListener('abort', over);
          reject(error);
        },
      };
      this.#waiting.add(waiting);
      ends.addEventListener('abort', over, { once: true });
    });
  }

  /** Gives a permit back. */
  give(): void {
    for (const first of this.#waiting) {
      this.#waiting.delete(first);
      first.go();
      return;
    }
    this.#free += 1;
  }

  /** Refuses all that wait. */
  close(why: string): void {
    for (const one of this.#waiting) one.refuse(new NoPermit(why));
    this.#waiting.clear();
  }
}
