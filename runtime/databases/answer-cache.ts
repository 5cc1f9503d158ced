/*
 * Recent answers of a database, limited in number and size. Only keys that were found are kept: strangers choose the
 * keys that are not, and must not displace others with them.
 */
import type { LookupAnswer } from '../../lib/engine/index.js';

type Found = Extract<LookupAnswer, { kind: 'found' }>;

const mostAnswers = 1024;
const longestKey = 128;
const longestValue = 256;

/** Two generations: when the newer one is full, it becomes the older one, and what that one held is dropped. */
export class AnswerCache {
  #newer = new Map<string, Found>();
  #older = new Map<string, Found>();

  /** A kept answer; undefined if there is none. */
  get(key: string): Found | undefined {
    const newer = this.#newer.get(key);
    if (newer !== undefined) return newer;
    const older = this.#older.get(key);
    if (older !== undefined) this.#add(key, older);
    return older;
  }

  /** Keeps an answer, unless it is long. */
  keep(key: string, answer: Found): void {
    if (key.length <= longestKey && answer.value.length <= longestValue) this.#add(key, answer);
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }

  #add(key: string, answer: Found): void {
    if (this.#newer.size >= mostAnswers) {
      const dropped = this.#older;
      this.#older = this.#newer;
      dropped.clear();
      this.#newer = dropped;
    }
    this.#newer.set(key, answer);
  }
}
