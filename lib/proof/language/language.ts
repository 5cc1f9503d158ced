/*
 * Regular languages over the characters of texts, as terms that are taken apart lazily: a term after one more character is
 * its derivative (Brzozowski). With intersection and complement among the operations, every question about entries that match
 * before others is one about emptiness.
 * Equal terms are one object, so that a search sees each of them once. A union is kept with what its parts begin with factored
 * out: fixed characters as a tree, and other beginnings once with a union of what follows them. So thousands of texts, or of
 * patterns such as `*@spam.example`, take no more work at each character than one does.
 */
import type { WorkLimit } from '../inclusion/inclusion.js';
import { bar, characterCount, numberOf } from './characters.js';
import { insert, KeptTerms } from './kept-terms.js';
import { type Partition, Partitions } from './partitions.js';
import type { Language, Shape } from './shape.js';
import { sharedFactors } from './shared-factors.js';
import { type Beginning, partsOf } from './union-parts.js';

export type { Language } from './shape.js';

/** Makes languages, and keeps those that it made. Each new one takes work; past the limit every operation throws WorkLimitReached. */
export class Languages {
  readonly #terms: KeptTerms;
  readonly #partitions = new Partitions();
  /** No text. */
  readonly nothing: Language;
  /** The empty text alone. */
  readonly emptyText: Language;
  /** Every text, bars between fields included. */
  readonly everything: Language;
  /** Every text without a bar between fields. */
  readonly anyField: Language;

  constructor(work: WorkLimit) {
    this.#terms = new KeptTerms(work);
    this.nothing = this.#terms.add({ kind: 'nothing' }, false);
    this.emptyText = this.#terms.add({ kind: 'empty-text' }, true);
    this.everything = this.#complementOf(this.nothing);
    const all = Array.from({ length: characterCount }, (_, at) => at);
    this.anyField = this.repeated(this.oneOf(all, [bar]));
  }

  /** How many terms there are: what memory they take is proportional. */
  get size(): number {
    return this.#terms.size;
  }

  /** The work that is left. */
  get work(): WorkLimit {
    return this.#terms.work;
  }

  /** Takes work for something else than a language. Throws WorkLimitReached. */
  spend(steps: number): void {
    this.#terms.spend(steps);
  }

  /** One of some characters. */
  oneOf(characters: Iterable<number>, without: readonly number[] = []): Language {
    const members = new Set(characters);
    for (const one of without) members.delete(one);
    const [first, second] = members;
    if (first === undefined) return this.nothing;
    if (second === undefined) return this.#text(String.fromCharCode(first));
    const partition = this.#partitions.by((one) => Number(members.has(one)));
    const member = partition.classes[first] ?? 0;
    const parts = this.#terms.ofTwo(partition.number, member);
    return (
      this.#terms.known('one', parts) ?? this.#terms.keep(parts, { kind: 'one', partition, member }, false)
    );
  }

  /** A fixed text. One with a character beyond ASCII is any text with such a character there. */
  text(text: string): Language {
    let characters = '';
    for (const character of text) {
      const number = numberOf(character);
      if (number === -1) return this.nothing;
      characters += String.fromCharCode(number);
    }
    return this.#text(characters);
  }

  #text(characters: string): Language {
    return characters === '' ? this.emptyText : this.#terms.text(characters);
  }

  /** Texts of one language after the other. */
  joined(...parts: readonly Language[]): Language {
    let made: Language = this.emptyText;
    for (const part of parts.toReversed()) made = this.#join(part, made);
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
    if (first.shape.kind === 'text') {
      const { characters } = first.shape;
      const { shape } = rest;
      if (shape.kind === 'text') return this.#text(characters + shape.characters);
      if (shape.kind === 'joined' && shape.first.shape.kind === 'text') {
        return this.#join(this.#text(characters + shape.first.shape.characters), shape.rest);
      }
    }
    const parts = this.#terms.ofTwo(first.number, rest.number);
    const hasEmpty = first.hasEmpty && rest.hasEmpty;
    return (
      this.#terms.known('joined', parts) ?? this.#terms.keep(parts, { kind: 'joined', first, rest }, hasEmpty)
    );
  }

  /** Any number of texts of a language. */
  repeated(of: Language): Language {
    if (of === this.nothing || of === this.emptyText) return this.emptyText;
    if (of.shape.kind === 'repeated') return of;
    const parts = this.#terms.of(of.number);
    return this.#terms.known('repeated', parts) ?? this.#terms.keep(parts, { kind: 'repeated', of }, true);
  }

  union(parts: Iterable<Language>): Language {
    const { groups, others } = sharedFactors(parts);
    if (groups.length === 0) return this.#unionOf([], others);
    const factored = groups.map(({ shared, different }) =>
      this.intersection([...shared, this.union(different)]),
    );
    return this.#unionOf([], [...others, ...factored]);
  }

  #unionOf(beginnings: readonly Beginning[], languages: Iterable<Language>): Language {
    const only = beginnings.length === 0 ? this.#onlyOne(languages) : null;
    if (only !== null) return only;
    const parts = partsOf(beginnings, languages, this.emptyText);
    if (parts.followers.get(this.everything)?.has(this.emptyText)) return this.everything;
    const found: Language[] = [];
    for (const [first, rests] of parts.followers) {
      const [rest, second] = rests;
      if (rest === undefined) continue;
      const made = this.#join(first, second === undefined ? rest : this.#unionOf([], rests));
      if (made === this.everything) return made;
      found.push(made);
    }
    for (const { shape } of found) {
      if (shape.kind === 'complement' && found.includes(shape.of)) return this.everything;
    }
    const hasEmpty = parts.hasEmpty && !found.some((one) => one.hasEmpty);
    const fixed = this.#branchOf(parts.beginnings, parts.branches, hasEmpty);
    if (fixed !== this.nothing) found.push(fixed);
    const [first, second] = found;
    if (first === undefined) return this.nothing;
    if (second === undefined) return first;
    const of = found.sort((left, right) => left.number - right.number);
    const numbers = of.map(({ number }) => number);
    return (
      this.#terms.known('union', numbers) ??
      this.#terms.keep(numbers, { kind: 'union', of }, hasEmpty || of.some((one) => one.hasEmpty))
    );
  }

  /** What some languages come to that are all the same or without texts; null for others. */
  #onlyOne(languages: Iterable<Language>): Language | null {
    let only = this.nothing;
    for (const one of languages) {
      if (one === only || one === this.nothing) continue;
      if (only !== this.nothing) return null;
      only = one;
    }
    return only;
  }

  /** The union of what begins with fixed characters, and of the empty text. */
  #branchOf(
    beginnings: readonly Beginning[],
    branches: readonly ReadonlyMap<number, Language>[],
    hasEmpty: boolean,
  ): Language {
    const [single, second] = beginnings;
    if (!hasEmpty && branches.length === 0 && second === undefined) {
      return single === undefined
        ? this.nothing
        : this.#join(this.#text(single.characters.slice(single.at)), single.rest);
    }
    const byFirst = new Map<number, { beginnings: Beginning[]; languages: Language[] }>();
    const after = (character: number) => {
      const known = byFirst.get(character);
      if (known !== undefined) return known;
      const made = { beginnings: [], languages: [] };
      byFirst.set(character, made);
      return made;
    };
    for (const { characters, at, rest } of beginnings) {
      const { beginnings, languages } = after(characters.charCodeAt(at));
      if (at + 1 === characters.length) languages.push(rest);
      else beginnings.push({ characters, at: at + 1, rest });
    }
    for (const branch of branches) {
      for (const [character, language] of branch) after(character).languages.push(language);
    }
    const next = new Map<number, Language>();
    for (const [character, one] of [...byFirst].sort(([left], [right]) => left - right)) {
      next.set(character, this.#unionOf(one.beginnings, one.languages));
    }
    const [only, other] = next;
    if (only === undefined) return hasEmpty ? this.emptyText : this.nothing;
    if (other === undefined && !hasEmpty)
      return this.#join(this.#text(String.fromCharCode(only[0])), only[1]);
    const numbers = [Number(hasEmpty)];
    for (const [character, { number }] of next) numbers.push(character, number);
    return (
      this.#terms.known('branch', numbers) ?? this.#terms.keep(numbers, { kind: 'branch', next }, hasEmpty)
    );
  }

  intersection(parts: Iterable<Language>): Language {
    const of: Language[] = [];
    const without: Language[] = [];
    for (const part of parts) {
      const { shape } = part;
      if (shape.kind === 'complement') without.push(shape.of);
      else if (shape.kind !== 'intersection') insert(of, part);
      else {
        for (const one of shape.of) {
          if (one.shape.kind === 'complement') without.push(one.shape.of);
          else insert(of, one);
        }
      }
    }
    // The first of all terms, and so the first of any.
    if (of[0] === this.nothing) return this.nothing;
    const excluded = without.length === 1 ? (without[0] ?? this.nothing) : this.#unionOf([], without);
    if (excluded === this.everything || of.includes(excluded)) return this.nothing;
    if (excluded.shape.kind === 'union' && excluded.shape.of.some((one) => of.includes(one)))
      return this.nothing;
    for (const one of of) {
      // Of a fixed text there is all or nothing.
      if (one.shape.kind !== 'text' && one !== this.emptyText) continue;
      const characters = one.shape.kind === 'text' ? one.shape.characters : '';
      const isIn = of.every((other) => other === one || this.hasText(other, characters));
      return isIn && !this.hasText(excluded, characters) ? one : this.nothing;
    }
    if (excluded !== this.nothing) insert(of, this.#complementOf(excluded));
    const [first, second] = of;
    if (first === undefined) return this.everything;
    if (second === undefined) return first;
    const numbers = of.map(({ number }) => number);
    return (
      this.#terms.known('intersection', numbers) ??
      this.#terms.keep(
        numbers,
        { kind: 'intersection', of },
        of.every((one) => one.hasEmpty),
      )
    );
  }

  complement(of: Language): Language {
    return of.shape.kind === 'complement' ? of.shape.of : this.#complementOf(of);
  }

  #complementOf(of: Language): Language {
    const parts = this.#terms.of(of.number);
    return (
      this.#terms.known('complement', parts) ??
      this.#terms.keep(parts, { kind: 'complement', of }, !of.hasEmpty)
    );
  }

  /** The texts of one language that another does not have. */
  difference(of: Language, without: Language): Language {
    return this.intersection([of, this.complement(without)]);
  }

  /** The texts that are in a language once a character is added to them. */
  before(of: Language, character: number): Language {
    if (of === this.nothing) return of;
    const { hasEmpty } = this.after(of, character);
    const parts = this.#terms.ofTwo(character, of.number);
    return (
      this.#terms.known('before', parts) ??
      this.#terms.keep(parts, { kind: 'before', of, character }, hasEmpty)
    );
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
    const kept = this.#terms.at(language.number);
    if (kept === undefined) return this.#derive(language.shape, character);
    const one = this.#partitionOf(kept).classes[character] ?? 0;
    const known = kept.after[one];
    if (known !== undefined) return known;
    const made = this.#derive(language.shape, character);
    kept.after[one] = made;
    return made;
  }

  #derive(shape: Shape, character: number): Language {
    switch (shape.kind) {
      case 'nothing':
      case 'empty-text':
        return this.nothing;
      case 'one':
        return shape.partition.classes[character] === shape.member ? this.emptyText : this.nothing;
      case 'text':
        return shape.characters.charCodeAt(0) === character
          ? this.#text(shape.characters.slice(1))
          : this.nothing;
      case 'branch':
        return shape.next.get(character) ?? this.nothing;
      case 'joined': {
        const { first, rest } = shape;
        const begun = this.#join(this.after(first, character), rest);
        return first.hasEmpty ? this.#unionOf([], [begun, this.after(rest, character)]) : begun;
      }
      case 'repeated':
        return this.#join(this.after(shape.of, character), this.repeated(shape.of));
      case 'union':
        return this.#unionOf(
          [],
          shape.of.map((one) => this.after(one, character)),
        );
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
    const kept = this.#terms.at(language.number);
    return kept === undefined ? [] : this.#partitionOf(kept).firsts;
  }

  #partitionOf(language: Language): Partition {
    const kept = this.#terms.at(language.number);
    if (kept === undefined) return this.#divide(language.shape);
    kept.partition ??= this.#divide(kept.shape);
    return kept.partition;
  }

  #divide(shape: Shape): Partition {
    switch (shape.kind) {
      case 'nothing':
      case 'empty-text':
        return this.#partitions.whole;
      case 'one':
        return shape.partition;
      case 'text':
        return this.#partitions.apart(shape.characters.charCodeAt(0));
      case 'branch': {
        const labels = new Map<Language, number>();
        for (const one of shape.next.values()) if (!labels.has(one)) labels.set(one, labels.size + 1);
        return this.#partitions.by((character) => {
          const one = shape.next.get(character);
          return one === undefined ? 0 : (labels.get(one) ?? 0);
        });
      }
      case 'joined':
        return shape.first.hasEmpty
          ? this.#partitions.refined([this.#partitionOf(shape.first), this.#partitionOf(shape.rest)])
          : this.#partitionOf(shape.first);
      case 'repeated':
      case 'complement':
      case 'before':
        return this.#partitionOf(shape.of);
      case 'union':
      case 'intersection':
        return this.#partitions.refined(shape.of.map((one) => this.#partitionOf(one)));
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

  /** The same for the characters of a fixed text. */
  hasText(language: Language, characters: string): boolean {
    let now = language;
    for (let at = 0; at < characters.length && now !== this.nothing; at += 1) {
      now = this.after(now, characters.charCodeAt(at));
    }
    return now.hasEmpty;
  }
}

/** Whether a language is another one, or an intersection with it, as far as that is seen at once. */
export function isWithin(language: Language, other: Language): boolean {
  return language === other || (language.shape.kind === 'intersection' && language.shape.of.includes(other));
}
