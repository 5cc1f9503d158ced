/*
 * Tells of DNS lists that do not answer: of each list at once, and then at most once a minute with the number of failures, since
 * each connection may ask. There are as many lists as the configuration names.
 */
import type { Clock } from '../time/index.js';

const quietMs = 60_000;

interface Trouble {
  toldAt: number;
  /** Failures since then. */
  untold: number;
}

export class ListTroubles {
  readonly #clock: Clock;
  readonly #report: (message: string) => void;
  readonly #troubles = new Map<string, Trouble>();

  constructor(clock: Clock, report: (message: string) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** A list could not be asked. */
  failed(list: string, cause: string): void {
    const now = this.#clock.now();
    const known = this.#troubles.get(list);
    if (known !== undefined && now - known.toldAt < quietMs) {
      known.untold += 1;
      return;
    }
    const times = known === undefined || known.untold === 0 ? '' : `, and ${known.untold} times before`;
    this.#troubles.set(list, { toldAt: now, untold: 0 });
    this.#report(`the list ${list} is not asked: ${cause}${times}`);
  }
}
