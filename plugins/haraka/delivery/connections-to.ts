/*
 * The connections to one next hop: those that are idle, and the messages that wait for one.
 */
import type { KeptConnection, ServerPool } from './kept-connection.js';

/** With that many connections to one server, a further message waits for one of them, but not for long. */
const enough = 20;
const patienceMs = 1000;

/** The connections to one server. */
export class ConnectionsTo implements ServerPool {
  readonly #idle: KeptConnection[] = [];
  readonly #waiting = new Set<(connection: KeptConnection | null) => void>();
  readonly #whenNone: () => void;
  #open = 0;

  /** `whenNone` is called when the last connection is closed. */
  constructor(whenNone: () => void) {
    this.#whenNone = whenNone;
  }

  /** An idle connection, or null when a new one is to be opened. */
  take(given: (connection: KeptConnection | null) => void): void {
    const idle = this.#idle.pop();
    if (idle !== undefined) given(idle);
    else if (this.#open < enough) this.#giveNew(given);
    else {
      const timer = setTimeout(() => {
        this.#waiting.delete(take);
        this.#giveNew(given);
      }, patienceMs);
      const take = (connection: KeptConnection | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(take);
        if (connection === null) this.#giveNew(given);
        else given(connection);
      };
      this.#waiting.add(take);
    }
  }

  offer(connection: KeptConnection): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#idle.push(connection);
    else first(connection);
  }

  withdraw(connection: KeptConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  /** One was closed, or could not be opened. */
  closed(): void {
    this.#open -= 1;
    const [first] = this.#waiting;
    if (first !== undefined) first(null);
    else if (this.#open === 0) this.#whenNone();
  }

  #giveNew(given: (connection: null) => void): void {
    this.#open += 1;
    given(null);
  }
}
