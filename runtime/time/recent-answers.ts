/*
 * A cache of a limited size whose entries expire; the least recently used one goes first.
 */
import type { Clock } from './clock.js';
import { RecentKeys } from './recent-keys.js';

interface Recent<V> {
  readonly value: V;
  readonly until: number;
}

export class RecentAnswers<V> {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #answers: RecentKeys<Recent<V>>;

  /** Holds at most `capacity` answers, which may be 0. */
  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#answers = new RecentKeys(capacity);
  }

  get size(): number {
    return this.#answers.size;
  }

  /** An answer that has not expired; undefined if there is none. */
  get(key: string): V | undefined {
    const recent = this.#answers.get(key);
    if (recent === undefined) return undefined;
    if (recent.until <= this.#clock.now()) {
      this.#answers.delete(key);
      return undefined;
    }
    this.#answers.set(key, recent);
    return recent.value;
  }

  /** Keeps an answer for so many milliseconds. */
  keep(key: string, value: V, milliseconds: number): void {
    if (milliseconds <= 0 || this.#capacity <= 0) {
      this.#answers.delete(key);
      return;
    }
    this.#answers.set(key, { value, until: this.#clock.now() + milliseconds });
  }
}

/**
 * After so many answers the map of questions is made anew. A map whose keys come and go makes itself new tables, each of which
 * the one before holds; once one of them is an old object, they all live until the next collection of old objects.
 */
const answersOfOneMap = 256;

/** Questions in progress: the same question asked meanwhile shares the answer. */
export class SharedQuestions<V> {
  #inProgress = new Map<string, Promise<V>>();
  #answered = 0;

  /** Asks a question, unless one with this key is in progress. */
  ask(key: string, question: () => Promise<V>): Promise<V> {
    const known = this.#inProgress.get(key);
    if (known !== undefined) return known;
    const answer = question();
    this.#inProgress.set(key, answer);
    const over = (): void => this.#forget(key);
    // First to be told of the answer: who asks again after it asks anew.
    answer.then(over, over);
    return answer;
  }

  #forget(key: string): void {
    this.#inProgress.delete(key);
    this.#answered += 1;
    if (this.#answered < answersOfOneMap) return;
    this.#answered = 0;
    this.#inProgress = new Map(this.#inProgress);
  }
}
