/*
 * Partitions of the characters of texts into classes, none of whose members a language tells apart. Equal partitions are one object.
 */
import { characterCount } from './characters.js';
import { TermTable } from './term-table.js';

/** The characters in classes, which are numbered from 0 in the order of their first members. */
export interface Partition {
  readonly number: number;
  /** The class of each character. */
  readonly classes: Uint8Array;
  /** The first member of each class. */
  readonly firsts: readonly number[];
}

/** Labels of characters are below this. */
const mostLabels = characterCount * characterCount;

/** Makes partitions, and keeps those that it made. */
export class Partitions {
  readonly #made: Partition[] = [];
  readonly #table = new TermTable();
  readonly #refined = new TermTable();
  /** The class of each label, plus one; 0 for none. */
  readonly #classOf = new Uint8Array(mostLabels);
  readonly #apart: (Partition | undefined)[] = [];
  /** All characters in one class. */
  readonly whole: Partition;

  constructor() {
    this.whole = this.by(() => 0);
  }

  /** Puts together the characters for which a function gives the same number, which is below the square of their count. */
  by(labelOf: (character: number) => number): Partition {
    const classes = new Uint8Array(characterCount);
    const firsts: number[] = [];
    const labels: number[] = [];
    for (let character = 0; character < characterCount; character += 1) {
      const label = labelOf(character);
      let one = this.#classOf[label] ?? 0;
      if (one === 0) {
        firsts.push(character);
        labels.push(label);
        one = firsts.length;
        this.#classOf[label] = one;
      }
      classes[character] = one - 1;
    }
    for (const label of labels) this.#classOf[label] = 0;
    const known = this.#made[this.#table.find(0, classes)];
    if (known !== undefined) return known;
    const made = { number: this.#made.length, classes, firsts };
    this.#table.add(0, classes, made.number);
    this.#made.push(made);
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
    const pair = left.number < right.number ? [left.number, right.number] : [right.number, left.number];
    const known = this.#made[this.#refined.find(0, pair)];
    if (known !== undefined) return known;
    const made = this.by((one) => (left.classes[one] ?? 0) * characterCount + (right.classes[one] ?? 0));
    this.#refined.add(0, pair, made.number);
    return made;
  }
}
