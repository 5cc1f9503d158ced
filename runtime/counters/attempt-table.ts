/*
 * Attempts counted for each key, in spans of time that begin with its first attempt.
 */
import { RecentKeys } from '../time/index.js';

/** What is allowed: so many attempts in so many milliseconds. */
export interface AttemptRule {
  readonly most: number;
  readonly spanMs: number;
  /** Attempts beyond the limit count against the next spans too, each of which takes `most` away. */
  readonly penalizes: boolean;
}

interface Attempts {
  readonly begunMs: number;
  readonly count: number;
}

export class AttemptTable {
  readonly #attempts: RecentKeys<Attempts>;

  constructor(mostKeys: number) {
    this.#attempts = new RecentKeys(mostKeys);
  }

  get size(): number {
    return this.#attempts.size;
  }

  /** Counts an attempt; returns whether it is one too many. */
  isExceeded(key: string, { most, spanMs, penalizes }: AttemptRule, nowMs: number): boolean {
    const before = this.#attempts.get(key) ?? { begunMs: nowMs, count: 0 };
    const spans = Math.max(0, Math.floor((nowMs - before.begunMs) / spanMs));
    const kept = penalizes ? Math.max(0, before.count - spans * most) : spans === 0 ? before.count : 0;
    const count = kept + 1;
    this.#attempts.set(key, { begunMs: before.begunMs + spans * spanMs, count });
    return count > most;
  }
}
