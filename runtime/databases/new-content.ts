/*
 * New content for a whole database, of whatever kind: it is collected, and takes the place of the old content when it is
 * complete. Until then nothing that reads the database sees it.
 */

import type { Progress } from '../files/index.js';

/** A key and the one value to write for it. */
export interface OneValue {
  readonly key: string;
  readonly value: string;
}

/** Keys that something is wrong with: how many, and the first of them. */
export interface NamedKeys {
  readonly count: number;
  readonly keys: readonly string[];
}

const mostNamed = 10;

/** Collects keys, of which only the first are remembered. */
export class KeyList implements NamedKeys {
  readonly #keys: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get keys(): readonly string[] {
    return this.#keys;
  }

  add(key: string): void {
    this.#count += 1;
    if (this.#keys.length < mostNamed) this.#keys.push(key);
  }
}

/** New content. Methods but `cannotHold` reject with the reason in words. */
export interface NewContent {
  /** Why this kind of database cannot hold an entry; null if it can. */
  cannotHold(entry: OneValue): string | null;
  /** Adds entries with folded keys. */
  add(entries: readonly OneValue[]): Promise<void>;
  /** Ends the adding; returns the keys of which only the first value can be kept. */
  seal(): Promise<NamedKeys>;
  /** Puts the content in place of the old; returns how many entries it has. After `seal`. */
  commit(progress: Progress): Promise<number>;
  /** Drops it; does nothing after `commit`. */
  abandon(): Promise<void>;
}
