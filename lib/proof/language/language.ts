/*
 * Regular languages over the characters of texts, as terms that are taken apart lazily: a term after one more character is
 * its derivative (Brzozowski). With intersection and complement among the operations, every question about entries that match
 * before others is one about emptiness.
 * Equal terms are one object, so that a search sees each of them once.
 */
import type { WorkLimit } from '../inclusion/inclusion.js';
import { bar, characterCount, numberOf } from './characters.js';
import { WorkLimitReached } from './work-limit-reached.js';

/** What a language is made of. */
type Shape =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'empty-text' }
  /** One character out of a set, a bit for each. */
  | { readonly kind: 'one'; readonly of: bigint }
  /** Fixed characters; at least one. */
  | { readonly kind: 'text'; readonly characters: readonly number[]; readonly at: number }
  | { readonly kind: 'joined'; readonly first: Language; readonly rest: Language }
  | { readonly kind: 'repeated'; readonly of: Language }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly Language[] }
  | { readonly kind: 'complement'; readonly of: Language }
  /** Texts that with one more character are texts of a language. */
  | { readonly kind: 'before'; readonly of: Language; readonly character: number };

/** A set of texts. Two languages with one number are the same. */
export interface Language {
  readonly number: number;
  readonly shape: Shape;
  /** Whether it has the empty text. */
  readonly hasEmpty: boolean;
}

interface Kept extends Language {
  /** The derivatives that are known, by character. */
  readonly after: (Language | undefined)[];
  /** The characters in classes none of whose members it tells apart; null until asked. */
  classes: Uint8Array | null;
}

/** The length of a key that is as much work as a step of a search. */
const keyPerStep = 8;

/** Makes languages, and keeps those that it made. Each new one takes work; past the limit every operation throws WorkLimitReached. */
export class Languages {
  readonly #work: WorkLimit;
  readonly #kept = new Map<string, Kept>();
  readonly #byNumber: Kept[] = [];
  /** No text. */
  readonly nothing: Language;
  /** The empty text alone. */
  readonly emptyText: Language;
  /** Every text, bars between fields included. */
  readonly everything: Language;
  /** Every text without a bar between fields. */
  readonly anyField: Language;

  constructor(work: WorkLimit) {
    this.#work = work;
    this.nothing = this.#keep('0', { kind: 'nothing' }, false);
    this.emptyText = this.#keep('1', { kind: 'empty-text' }, true);
    this.everything = this.#complementOf(this.nothing);
    const all = Array.from({ length: characterCount }, (_, at) => at);
    this.anyField = this.repeated(this.oneOf(all, [bar]));
  }

  /** How many terms there are: what memory they take is proportional. */
  get size(): number {
    return this.#byNumber.length;
  }

  #keep(key: string, shape: Shape, hasEmpty: boolean): Kept {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    this.#work.left -= 1 + key.length / keyPerStep;
    if (this.#work.left < 0) throw new WorkLimitReached();
    const made: Kept = { number: this.#byNumber.length, shape, hasEmpty, after: [], classes: null };
    this.#kept.set(key, made);
    this.#byNumber.push(made);
    return made;
  }

  /** One of some characters. */
  oneOf(characters: Iterable<number>, without: readonly number[] = []): Language {
    let of = 0n;
    for (const one of characters) if (!without.includes(one)) of |= 1n << BigInt(one);
    return of === 0n ? this.nothing : this.#keep(`o${of.toString(36)}`, { kind: 'one', of }, false);
  }

  /** A fixed text. One with a character beyond ASCII is any text with such a character there. */
  text(text: string): Language {
    const characters: number[] = [];
    for (const character of text) {
      const number = numberOf(character);
      if (number === -1) return this.nothing;
      characters.push(number);
    }
    return this.#textFrom(characters, 0);
  }

  #textFrom(characters: readonly number[], at: number): Language {
    if (at === characters.length) return this.emptyText;
    return this.#keep(`t${characters.slice(at).join()}`, { kind: 'text', characters, at }, false);
  }

  /** Texts of one language after the other. */
  joined(...parts: readonly Language[]): Language {
    let made: Language = this.emptyText;
    for (const part of [...parts].reverse()) made = this.#join(part, made);
    return made;
  }

  #join(first: Language, rest: Language): Language {
    if (first === this.nothing || rest === this.nothing) return this.nothing;
    if (first === this.emptyText) return rest;
    if (rest === this.emptyText) return first;
    // A wildcard next to another one: the two are as one.
    if (
      first === this.anyField &&
      (rest === first || (rest.shape.kind === 'joined' && rest.shape.first === first))
    ) {
      return rest;
    }
    if (first.shape.kind === 'joined') {
      return this.#join(first.shape.first, this.#join(first.shape.rest, rest));
    }
    const hasEmpty = first.hasEmpty && rest.hasEmpty;
    return this.#keep(`j${first.number},${rest.number}`, { kind: 'joined', first, rest }, hasEmpty);
  }

  /** Any number of texts of a language. */
  repeated(of: Language): Language {
    if (of === this.nothing || of === this.emptyText) return this.emptyText;
    if (of.shape.kind === 'repeated') return of;
    return this.#keep(`r${of.number}`, { kind: 'repeated', of }, true);
  }

  union(parts: Iterable<Language>): Language {
    return this.#combined('union', parts, this.nothing, this.everything);
  }

  intersection(parts: Iterable<Language>): Language {
    return this.#combined('intersection', parts, this.everything, this.nothing);
  }

  #combined(
    kind: 'union' | 'intersection',
    parts: Iterable<Language>,
    neutral: Language,
    absorbing: Language,
  ): Language {
    const found = new Map<number, Language>();
    const add = (one: Language): boolean => {
      if (one === neutral) return true;
      if (one === absorbing) return false;
      if (one.shape.kind === kind) return one.shape.of.every(add);
      found.set(one.number, one);
      return true;
    };
    for (const part of parts) if (!add(part)) return absorbing;
    for (const { shape } of found.values()) {
      if (shape.kind === 'complement' && found.has(shape.of.number)) return absorbing;
    }
    const [first, second] = found.values();
    if (first === undefined) return neutral;
    if (second === undefined) return first;
    const of = [...found.values()].sort((left, right) => left.number - right.number);
    const hasEmpty = kind === 'union' ? of.some((one) => one.hasEmpty) : of.every((one) => one.hasEmpty);
    return this.#keep(
      `${kind === 'union' ? 'u' : 'i'}${of.map(({ number }) => number).join()}`,
      { kind, of },
      hasEmpty,
    );
  }

  complement(of: Language): Language {
    return of.shape.kind === 'complement' ? of.shape.of : this.#complementOf(of);
  }

  #complementOf(of: Language): Language {
    return this.#keep(`c${of.number}`, { kind: 'complement', of }, !of.hasEmpty);
  }

  /** The texts of one language that another does not have. */
  difference(of: Language, without: Language): Language {
    return this.intersection([of, this.complement(without)]);
  }

  /** The texts that are in a language once a character is added to them. */
  before(of: Language, character: number): Language {
    if (of === this.nothing) return of;
    const { hasEmpty } = this.after(of, character);
    return this.#keep(`b${character} ${of.number}`, { kind: 'before', of, character }, hasEmpty);
  }

  optional(of: Language): Language {
    return this.union([of, this.emptyText]);
  }

  /** The numbers from one to another, in decimal, without leading zeros. */
  numbersBetween(least: number, greatest: number): Language {
    return this.union(Array.from({ length: greatest - least + 1 }, (_, at) => this.text(String(least + at))));
  }

  /** What may follow one character. */
  after(language: Language, character: number): Language {
    const kept = this.#byNumber[language.number];
    const known = kept?.after[character];
    if (known !== undefined) return known;
    const made = this.#derive(language.shape, character);
    if (kept !== undefined) kept.after[character] = made;
    return made;
  }

  #derive(shape: Shape, character: number): Language {
    switch (shape.kind) {
      case 'nothing':
      case 'empty-text':
        return this.nothing;
      case 'one':
        return (shape.of >> BigInt(character)) & 1n ? this.emptyText : this.nothing;
      case 'text':
        return shape.characters[shape.at] === character
          ? this.#textFrom(shape.characters, shape.at + 1)
          : this.nothing;
      case 'joined': {
        const { first, rest } = shape;
        const begun = this.#join(this.after(first, character), rest);
        return first.hasEmpty ? this.union([begun, this.after(rest, character)]) : begun;
      }
      case 'repeated':
        return this.#join(this.after(shape.of, character), this.repeated(shape.of));
      case 'union':
        return this.union(shape.of.map((one) => this.after(one, character)));
      case 'intersection': {
        const parts: Language[] = [];
        for (const one of shape.of) {
          const part = this.after(one, character);
          if (part === this.nothing) return part;
          parts.push(part);
        }
        return this.intersection(parts);
      }
      case 'complement':
        return this.complement(this.after(shape.of, character));
      case 'before':
        return this.before(this.after(shape.of, character), shape.character);
    }
  }

  /** One character for each class of those after which what may follow is the same. */
  firstCharacters(language: Language): readonly number[] {
    const classes = this.#classesOf(language);
    const seen = new Set<number>();
    const found: number[] = [];
    for (let character = 0; character < characterCount; character += 1) {
      const one = classes[character] ?? 0;
      if (seen.has(one)) continue;
      seen.add(one);
      found.push(character);
    }
    return found;
  }

  #classesOf(language: Language): Uint8Array {
    const kept = this.#byNumber[language.number];
    if (kept?.classes != null) return kept.classes;
    const made = this.#classify(language.shape);
    if (kept !== undefined) kept.classes = made;
    return made;
  }

  #classify(shape: Shape): Uint8Array {
    switch (shape.kind) {
      case 'nothing':
      case 'empty-text':
        return oneClass;
      case 'one':
        return Uint8Array.from(oneClass, (_, at) => Number((shape.of >> BigInt(at)) & 1n));
      case 'text':
        return apart[shape.characters[shape.at] ?? 0] ?? oneClass;
      case 'joined':
        return shape.first.hasEmpty
          ? refined([this.#classesOf(shape.first), this.#classesOf(shape.rest)])
          : this.#classesOf(shape.first);
      case 'repeated':
      case 'complement':
      case 'before':
        return this.#classesOf(shape.of);
      case 'union':
      case 'intersection':
        return refined(shape.of.map((one) => this.#classesOf(one)));
    }
  }

  /** Tells whether a language has a text. */
  has(language: Language, text: string): boolean {
    let now = language;
    for (const character of text) {
      const number = numberOf(character);
      if (number === -1) return false;
      now = this.after(now, number);
      if (now === this.nothing) return false;
    }
    return now.hasEmpty;
  }
}

const oneClass = new Uint8Array(characterCount);

/** The class array in which one character is apart; one object for each. */
const apart: readonly Uint8Array[] = Array.from({ length: characterCount }, (_, character) =>
  Uint8Array.from(oneClass, (_one, at) => Number(at === character)),
);

/** The classes that keep apart what any of some keep apart. */
function refined(parts: readonly Uint8Array[]): Uint8Array {
  const different = new Set(parts);
  different.delete(oneClass);
  const [first, second] = different;
  if (first === undefined || second === undefined) return first ?? oneClass;
  const classes = new Uint8Array(characterCount);
  const numbers = new Int16Array(characterCount * characterCount);
  for (const part of different) {
    numbers.fill(-1);
    let count = 0;
    for (let at = 0; at < characterCount; at += 1) {
      const both = (classes[at] ?? 0) * characterCount + (part[at] ?? 0);
      if (numbers[both] === -1) {
        numbers[both] = count;
        count += 1;
      }
      classes[at] = numbers[both] ?? 0;
    }
  }
  return classes;
}
