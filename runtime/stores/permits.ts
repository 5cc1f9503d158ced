/*
 * How many questions are under way at once, and how many may wait for their turn.
 */

/** Raised when too many questions wait, or when there is no use in waiting any longer. */
export class NoPermit extends Error {}

/** A place in the queue. */
export interface Turn {
  /** Settles when it is its turn: the permit is taken. Rejects with NoPermit if it never will be. */
  readonly comes: Promise<void>;
  /** Gives the place up, or the permit if it has come meanwhile. */
  giveUp(): void;
}

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

  /** Takes a place, in the order of the calls. Throws NoPermit if too many wait. */
  queue(): Turn {
    if (this.#waiting.size >= this.#mostWaiting) {
      throw new NoPermit(`more than ${this.#mostWaiting} questions wait for a connection`);
    }
    let waiting: Waiting | undefined;
    const comes = new Promise<void>((go, refuse) => {
      waiting = { go, refuse };
      this.#waiting.add(waiting);
    });
    return {
      comes,
      giveUp: () => {
        if (waiting !== undefined && !this.#waiting.delete(waiting)) this.give();
      },
    };
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

  /** Refuses all that wait; each still has to give its place up. */
  close(why: string): void {
    for (const one of this.#waiting) one.refuse(new NoPermit(why));
  }
}
