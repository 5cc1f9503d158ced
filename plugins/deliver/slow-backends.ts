/*
 * Servers that let clients wait for nothing. One that kept silent several times running is left alone for a while, so
 * that a dead server does not hold every client for as long as an answer may take.
 */

const silencesAllowed = 2;
const restMs = 10_000;
const most = 1000;

/** Remembers which servers are silent. */
export class SlowBackends {
  readonly #silences = new Map<string, { count: number; last: number }>();

  /** Notes how a server behaved. */
  note(name: string, isSilent: boolean, now: number): void {
    const count = isSilent ? (this.#silences.get(name)?.count ?? 0) + 1 : 0;
    this.#silences.delete(name);
    if (count === 0) return;
    this.#silences.set(name, { count, last: now });
    const [oldest] = this.#silences.keys();
    if (this.#silences.size > most && oldest !== undefined) this.#silences.delete(oldest);
  }

  /** Tells whether a server is left alone at present. */
  isResting(name: string, now: number): boolean {
    const known = this.#silences.get(name);
    return known !== undefined && known.count >= silencesAllowed && now - known.last < restMs;
  }
}
