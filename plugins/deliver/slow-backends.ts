/*
 * Servers that do not answer. One that stayed silent several times in a row is left alone for a while, so that a dead server does
 * not make every client wait for the whole time limit.
 */

const silencesAllowed = 2;
const restMs = 10_000;
const most = 1000;

/** Which servers are silent. */
export class SlowBackends {
  readonly #silences = new Map<string, { count: number; last: number }>();

  note(name: string, isSilent: boolean, now: number): void {
    const count = isSilent ? (this.#silences.get(name)?.count ?? 0) + 1 : 0;
    this.#silences.delete(name);
    if (count === 0) return;
    this.#silences.set(name, { count, last: now });
    const [oldest] = this.#silences.keys();
    if (this.#silences.size > most && oldest !== undefined) this.#silences.delete(oldest);
  }

  isResting(name: string, now: number): boolean {
    const known = this.#silences.get(name);
    return known !== undefined && known.count >= silencesAllowed && now - known.last < restMs;
  }
}
