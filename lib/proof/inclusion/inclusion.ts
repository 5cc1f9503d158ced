/*
 * Whether every text that one pattern matches is matched by one of some others. The pattern is followed state by state,
 * together with the set of states in which the others can be. A pair whose set contains that of an earlier pair at the
 * same state cannot lead to anything new (an antichain) and is skipped. The search goes by length, so it finds a shortest
 * text. It fails (`undecided`) at its limit.
 * Ref: PMDF 5.3.1
 */
import type { MappingPattern } from '../../mapping/index.js';
import { alphabetOf, type Reached, textTo } from './alphabet.js';
import { type BarCounts, barPattern, CountedAutomaton } from './bar-count.js';
import { PatternAutomaton } from './pattern-automaton.js';

/** A limit of work, which several searches can share. */
export interface WorkLimit {
  /** What is left, in steps over one pair or character. */
  left: number;
}

/** The answer, with a text that the others do not match. */
export type Inclusion =
  | { readonly kind: 'included' }
  /** With a back-match in a pattern the text has to be checked with the matcher. */
  | { readonly kind: 'not-included'; readonly text: string }
  | { readonly kind: 'undecided' };

interface Node extends Reached {
  readonly state: number;
  readonly set: number;
}

/** The sets of states in which several automata can be, made when first reached. */
class StateSets {
  readonly #automata: readonly PatternAutomaton[];
  readonly #numbers = new Map<string, number>();
  readonly #sets: (readonly number[])[] = [];
  readonly #next = new Map<number, number>();
  readonly #symbolCount: number;

  constructor(automata: readonly PatternAutomaton[], symbolCount: number) {
    this.#automata = automata;
    this.#symbolCount = symbolCount;
  }

  #memberOf(automaton: number, state: number): number {
    return state * this.#automata.length + automaton;
  }

  #eachMember(
    set: number,
    visit: (automaton: PatternAutomaton, state: number, index: number) => boolean,
  ): boolean {
    const count = this.#automata.length;
    return (this.#sets[set] ?? []).some((member) => {
      const automaton = this.#automata[member % count];
      return automaton !== undefined && visit(automaton, Math.floor(member / count), member % count);
    });
  }

  #numberOf(members: Iterable<number>): number {
    const sorted = [...new Set(members)].sort((left, right) => left - right);
    const key = sorted.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#sets.push(sorted);
    this.#numbers.set(key, this.#sets.length - 1);
    return this.#sets.length - 1;
  }

  start(): number {
    return this.#numberOf(
      this.#automata.flatMap((automaton, index) =>
        automaton.start().map((state) => this.#memberOf(index, state)),
      ),
    );
  }

  accepts(set: number): boolean {
    return this.#eachMember(set, (automaton, state) => automaton.accepts(state));
  }

  takesAll(set: number): boolean {
    return this.#eachMember(set, (automaton, state) => automaton.takesAll(state));
  }

  next(set: number, symbol: number): number {
    const key = set * this.#symbolCount + symbol;
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const members: number[] = [];
    this.#eachMember(set, (automaton, state, index) => {
      for (const after of automaton.next(state, symbol)) members.push(this.#memberOf(index, after));
      return false;
    });
    const number = this.#numberOf(members);
    this.#next.set(key, number);
    return number;
  }

  sizeOf(set: number): number {
    return this.#sets[set]?.length ?? 0;
  }

  /** Whether `large` contains `small`; both are sorted. */
  isPart(small: number, large: number): boolean {
    const smaller = this.#sets[small] ?? [];
    const larger = this.#sets[large] ?? [];
    if (smaller.length > larger.length) return false;
    let at = 0;
    for (const member of smaller) {
      while (at < larger.length && (larger[at] ?? 0) < member) at += 1;
      if (larger[at] !== member) return false;
      at += 1;
    }
    return true;
  }
}

/** Follows one pattern and the others together until a text is found that only the one matches. */
class Comparison {
  readonly #read: CountedAutomaton;
  readonly #sets: StateSets;
  readonly #limit: WorkLimit;
  /** For each state the sets it was seen with, none of which contains another. */
  readonly #seen = new Map<number, number[]>();
  #level: Node[] = [];

  constructor(read: CountedAutomaton, sets: StateSets, limit: WorkLimit) {
    this.#read = read;
    this.#sets = sets;
    this.#limit = limit;
  }

  /** The last pair of a text that only the pattern matches; null when there is none. */
  run(): Node | null | 'undecided' {
    const first = this.#sets.start();
    for (const state of this.#read.start()) this.#add({ state, set: first, from: null, symbol: -1 });
    while (this.#level.length > 0) {
      const level = this.#level;
      this.#level = [];
      const found = level.find((node) => this.#read.accepts(node.state) && !this.#sets.accepts(node.set));
      if (found !== undefined) return found;
      for (const node of level) {
        if (this.#limit.left < 0) return 'undecided';
        this.#follow(node);
      }
    }
    return this.#limit.left < 0 ? 'undecided' : null;
  }

  #follow(node: Node): void {
    for (const symbol of this.#read.nextSymbols(node.state)) {
      const states = this.#read.next(node.state, symbol);
      if (states.length === 0) continue;
      const set = this.#sets.next(node.set, symbol);
      this.#limit.left -= 1 + (this.#sets.sizeOf(set) >>> 2);
      if (this.#sets.takesAll(set)) continue;
      for (const state of states) this.#add({ state, set, from: node, symbol });
    }
  }

  #add(node: Node): void {
    const seen = this.#seen.get(node.state) ?? [];
    this.#limit.left -= 1 + (seen.length >>> 2);
    if (this.#sets.takesAll(node.set) || seen.some((one) => this.#sets.isPart(one, node.set))) return;
    this.#seen.set(node.state, [...seen.filter((one) => !this.#sets.isPart(node.set, one)), node.set]);
    this.#level.push(node);
  }
}

/** Decides whether `others` together match every text of `pattern` with a possible number of bars. */
export function isIncluded(
  pattern: MappingPattern,
  others: readonly MappingPattern[],
  limit: WorkLimit,
  bars: BarCounts = null,
): Inclusion {
  const alphabet = alphabetOf(pattern, bars === null ? others : [...others, barPattern]);
  if (alphabet === null) return { kind: 'undecided' };
  limit.left -= alphabet.symbols.length + pattern.length;
  const read = PatternAutomaton.of(pattern, alphabet, 'all');
  const automata = others.flatMap((other) => PatternAutomaton.of(other, alphabet, 'only') ?? []);
  if (read === null) return { kind: 'undecided' };
  const counted = new CountedAutomaton(read, alphabet, bars);
  const found = new Comparison(counted, new StateSets(automata, alphabet.symbols.length), limit).run();
  if (found === 'undecided') return { kind: 'undecided' };
  if (found === null) return { kind: 'included' };
  return { kind: 'not-included', text: textTo(found, alphabet) };
}
