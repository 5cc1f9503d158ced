/*
 * A shortest text that two patterns both match. Null when there is none or none is found: IPv6 addresses are tried in one
 * spelling only, and the search stops at its limit.
 */
import type { MappingPattern } from '../../mapping/index.js';
import { alphabetOf, type Reached, textTo } from './alphabet.js';
import { type BarCounts, barPattern, CountedAutomaton } from './bar-count.js';
import type { WorkLimit } from './inclusion.js';
import { PatternAutomaton } from './pattern-automaton.js';

interface Pair extends Reached {
  readonly one: number;
  readonly other: number;
}

/**
 * Finds a text with a possible number of bars that both patterns match. With a back-match the caller has to check it with
 * the matcher.
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
  const newPairs = (ones: readonly number[], others: readonly number[], how: Reached) =>
    ones
      .flatMap((state) => others.map((beside) => ({ one: state, other: beside, ...how })))
      .filter((pair) => {
        const key = `${pair.one} ${pair.other}`;
        limit.left -= 1;
        return !seen.has(key) && seen.add(key);
      });
  let level: readonly Pair[] = newPairs(left.start(), right.start(), { from: null, symbol: -1 });
  while (level.length > 0 && limit.left > 0) {
    const found = level.find((pair) => left.accepts(pair.one) && right.accepts(pair.other));
    if (found !== undefined) return textTo(found, alphabet);
    level = level.flatMap((pair) =>
      left.nextSymbols(pair.one).flatMap((symbol) => {
        const others = right.next(pair.other, symbol);
        return others.length === 0
          ? []
          : newPairs(left.next(pair.one, symbol), others, { from: pair, symbol });
      }),
    );
  }
  return null;
}
