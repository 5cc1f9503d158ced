/*
 * The texts of a pattern that have as many bars as a probe. Bars inside the fields of a probe are held, so its bars are
 * those between its fields, and their number is known.
 */
import type { MappingPattern } from '../../mapping/index.js';
import type { Alphabet } from './alphabet.js';
import type { PatternAutomaton } from './pattern-automaton.js';

/** The possible numbers of bars; null for any number. */
export type BarCounts = ReadonlySet<number> | null;

const bar = 124;

/** A pattern that makes the bar a symbol. */
export const barPattern: MappingPattern = [
  {
    kind: 'literal',
    text: '|',
    span: { source: { name: '', shortName: '', text: '' }, offset: 0, length: 0 },
  },
];

/** Whether a text has a possible number of bars. */
export function hasBars(text: string, counts: BarCounts): boolean {
  return counts === null || counts.has(text.split('|').length - 1);
}

/** An automaton that counts bars: its states are those of the pattern times the count. */
export class CountedAutomaton {
  readonly #automaton: PatternAutomaton;
  readonly #counts: BarCounts;
  readonly #base: number;
  readonly #bars: ReadonlySet<number>;

  constructor(automaton: PatternAutomaton, { symbols }: Alphabet, counts: BarCounts) {
    this.#automaton = automaton;
    this.#counts = counts;
    this.#base = [...(counts ?? [])].reduce((most, count) => Math.max(most, count), 0) + 1;
    this.#bars = new Set(symbols.flatMap(({ code }, symbol) => (code === bar ? [symbol] : [])));
  }

  start(): number[] {
    return this.#automaton.start().map((state) => state * this.#base);
  }

  accepts(state: number): boolean {
    const isCounted = this.#counts === null || this.#counts.has(state % this.#base);
    return isCounted && this.#automaton.accepts(this.#plain(state));
  }

  nextSymbols(state: number): readonly number[] {
    return this.#automaton.nextSymbols(this.#plain(state));
  }

  next(state: number, symbol: number): number[] {
    const count = (state % this.#base) + (this.#counts !== null && this.#bars.has(symbol) ? 1 : 0);
    if (count >= this.#base) return [];
    return this.#automaton.next(this.#plain(state), symbol).map((one) => one * this.#base + count);
  }

  #plain(state: number): number {
    return Math.floor(state / this.#base);
  }
}
