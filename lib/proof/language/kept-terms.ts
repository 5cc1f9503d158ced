/*
 * The terms that languages were made as: each is kept once, and found again by the numbers of its parts.
 */
import type { WorkLimit } from '../inclusion/inclusion.js';
import type { Partition } from './partitions.js';
import type { Language, Shape } from './shape.js';
import { TermTable } from './term-table.js';
import { WorkLimitReached } from './work-limit-reached.js';

/** A term, with what is known of it. */
export interface Kept extends Language {
  /** The characters in classes none of whose members it tells apart; null until asked. */
  partition: Partition | null;
  /** The derivatives that are known, by class of character. */
  after: (Language | undefined)[];
}

/** How many characters of a fixed text, and parts of any other term, are as much work as a step of a search. */
const charactersPerStep = 8;
const partsPerStep = 1.5;
/** About a gigabyte; with more of them nothing is decided. */
const mostTerms = 4_000_000;

/** Keeps apart terms of the same numbers. */
const kindNumbers: Readonly<Record<Shape['kind'], number>> = {
  nothing: 0,
  'empty-text': 1,
  text: 2,
  one: 3,
  branch: 4,
  joined: 5,
  repeated: 6,
  union: 7,
  intersection: 8,
  complement: 9,
  before: 10,
};

/** Adds a language to some in the order of their numbers, unless it is among them. */
export function insert(into: Language[], one: Language): void {
  let at = into.length;
  while (at > 0 && (into[at - 1]?.number ?? -1) > one.number) at -= 1;
  if (into[at - 1] === one) return;
  into.push(one);
  for (let from = into.length - 1; from > at; from -= 1) {
    const before = into[from - 1];
    if (before !== undefined) into[from] = before;
  }
  into[at] = one;
}

/** Each new term takes work; past the limit of work or of terms WorkLimitReached is thrown. */
export class KeptTerms {
  readonly work: WorkLimit;
  readonly #texts = new Map<string, Language>();
  readonly #table = new TermTable();
  readonly #byNumber: Kept[] = [];
  /** The numbers of the parts of the term that is looked for, of one and of two. */
  readonly #one = [0];
  readonly #two = [0, 0];

  constructor(work: WorkLimit) {
    this.work = work;
  }

  get size(): number {
    return this.#byNumber.length;
  }

  at(number: number): Kept | undefined {
    return this.#byNumber[number];
  }

  spend(steps: number): void {
    this.work.left -= steps;
    if (this.work.left < 0) throw new WorkLimitReached();
  }

  /** Adds a term that is not looked for by its parts. */
  add(shape: Shape, hasEmpty: boolean, steps = 1): Language {
    this.spend(steps);
    if (this.#byNumber.length === mostTerms) throw new WorkLimitReached();
    const made: Kept = { number: this.#byNumber.length, shape, hasEmpty, after: [], partition: null };
    this.#byNumber.push(made);
    return made;
  }

  /** A fixed text that is not empty. */
  text(characters: string): Language {
    const known = this.#texts.get(characters);
    if (known !== undefined) return known;
    const made = this.add({ kind: 'text', characters }, false, 1 + characters.length / charactersPerStep);
    this.#texts.set(characters, made);
    return made;
  }

  /** The term of a kind that was made of these numbers before. */
  known(kind: Shape['kind'], parts: readonly number[]): Language | undefined {
    return this.#byNumber[this.#table.find(kindNumbers[kind], parts)];
  }

  /** Keeps a term that is made of these numbers, and is not known yet. */
  keep(parts: readonly number[], shape: Shape, hasEmpty: boolean): Language {
    const made = this.add(shape, hasEmpty, 1 + parts.length / partsPerStep);
    this.#table.add(kindNumbers[shape.kind], parts, made.number);
    return made;
  }

  /** A number, in one array for all questions: it is read before the next question is asked. */
  of(first: number): readonly number[] {
    this.#one[0] = first;
    return this.#one;
  }

  /** The same of two. */
  ofTwo(first: number, second: number): readonly number[] {
    this.#two[0] = first;
    this.#two[1] = second;
    return this.#two;
  }
}
