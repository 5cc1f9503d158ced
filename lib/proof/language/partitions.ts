/*
 * Partitions of the characters of texts into classes, none of whose members a language tells apart. Equal partitions are one object.
 */
import { characterCount } from './characters.js';

/** The characters in classes, which are numbered from 0 in the order of their first members. */
export interface Partition {
  readonly number: number;
  /** The class of each character. */
  readonly classes: Uint8Array;
  /** The first member of each class. */
  readonly firsts: readonly number[];
}

/** Makes partitions, and keeps those that it made. */
export class Partitions {
  readonly #kept = new Map<string, Partition>();
  readonly #refined = new Map<number, Partition>();
  readonly #apart: (Partition | undefined)[] = [];
  /** All characters in one class. */
  readonly whole: Partition;

  constructor() {
    this.whole = this.by(() => 0);
  }

  /** Puts together the characters for which a function gives the same number, from 0 to 65535. */
  by(labelOf: (character: number) => number): Partition {
    const classes = new Uint8Array(characterCount);
    const firsts: number[] = [];
    const known = new Map<number, number>();
    for (let character = 0; character < characterCount; character += 1) {
      const label = labelOf(character);
      let one = known.get(label);
      if (one === undefined) {
        one = firsts.length;
        known.set(label, one);
        firsts.push(character);
      }
      classes[character] = one;
    }
    const key = String.fromCharCode(...classes);
    const same = this.#kept.get(key);
    if (same !== undefined) return same;
    const made = { number: this.#kept.size, classes, firsts };
    this.#kept.set(key, made);
    return made;
  }

  /** One character in a class of its own. */
  apart(character: number): Partition {
    const known = this.#apart[character];
    if (known !== undefined) return known;
    const made = this.by((one) => (one === character ? 1 : 0));
    this.#apart[character] = made;
    return made;
  }

  /** Keeps apart what any of some partitions keep apart. */
  refined(parts: Iterable<Partition>): Partition {
    let all = this.whole;
    for (const part of parts) all = this.#both(all, part);
    return all;
  }

  #both(left: Partition, right: Partition): Partition {
    if (left === right || right === this.whole) return left;
    if (left === this.whole) return right;
    const key =
      left.number < right.number
        ? left.number * 2 ** 26 + right.number
        : right.number * 2 ** 26 + left.number;
    const known = this.#refined.get(key);
    if (known !== undefined) return known;
    const made = this.by((one) => (left.classes[one] ?? 0) * characterCount + (right.classes[one] ?? 0));
    this.#refined.set(key, made);
    return made;
  }
}
