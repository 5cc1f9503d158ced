/*
 * A text that two patterns both match, a shortest one. Null where there is none, or none that can be found: of IPv6
 * addresses only the spelling in which they are shown is tried, and the search ends with its limit.
 */
import type { MappingPattern } from '../../mapping/index.js';
import { alphabetOf } from './alphabet.js';
import { type BarCounts, barPattern, CountedAutomaton } from './bar-count.js';
import type { WorkLimit } from './inclusion.js';
import { PatternAutomaton } from './pattern-automaton.js';

/** A pair of states, and how it was reached. */
interface Pair {
  readonly one: number;
  readonly other: number;
  readonly from: Pair | null;
  readonly symbol: number;
}

/**
 * Finds a text with one of the given numbers of bars that both patterns match; one with a back-match is to be put to the
 * matcher yet.
 */
export function commonText(
  one: MappingPattern,
  other: MappingPattern,
  limit: WorkLimit,
  bars: BarCounts = null,
): string | null {
  const alphabet = alphabetOf(one, bars === null ? [other] : [other, barPattern]);
  const read = alphabet === null ? null : PatternAutomaton.of(one, alphabet, 'all');
  const right = alphabet === null ? null : PatternAutomaton.of(other, alphabet, 'all');
  if (alphabet === null || read === null || right === null) return null;
  const left = new CountedAutomaton(read, alphabet, bars);
  const seen = new Set<string>();
  let level: Pair[] = [];
  const add = (
    pairs: Pair[],
    states: readonly number[],
    others: readonly number[],
    from: Pair | null,
    symbol: number,
  ) => {
    for (const state of states) {
      for (const beside of others) {
        const key = `${state} ${beside}`;
        limit.left -= 1;
        if (seen.has(key)) continue;
        seen.add(key);
        pairs.push({ one: state, other: beside, from, symbol });
      }
    }
  };
  add(level, left.start(), right.start(), null, -1);
  while (level.length > 0 && limit.left > 0) {
    const found = level.find((pair) => left.accepts(pair.one) && right.accepts(pair.other));
    if (found !== undefined) {
      const texts: string[] = [];
      for (let pair = found; pair.from !== null; pair = pair.from) {
        texts.push(alphabet.symbols[pair.symbol]?.text ?? '');
      }
      return texts.reverse().join('');
    }
    const next: Pair[] = [];
    for (const pair of level) {
      for (const symbol of left.nextSymbols(pair.one)) {
        const others = right.next(pair.other, symbol);
        if (others.length > 0) add(next, left.next(pair.one, symbol), others, pair, symbol);
      }
    }
    level = next;
  }
  return null;
}
