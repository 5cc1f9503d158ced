/*
 * What was measured of a store with so many questions at a time, and the rows of it.
 */
import { atLeastTimes, atMostTimes } from '../goal.js';
import type { Figure, Row } from '../row.js';

/** The figure of ours and of the client alone. */
export interface Both {
  readonly ours: Figure;
  readonly alone: Figure;
}

export interface StoreFigures {
  /** `Redis, 1 at a time`. */
  readonly what: string;
  /** What the client alone is called. */
  readonly aloneName: string;
  /** Look-ups a second. */
  readonly rate: Both;
  /** Look-ups a second of postmap; null where it is not asked. */
  readonly postfix: Figure | null;
  /** The time that half of the look-ups take at most. */
  readonly half: Both;
  /** The time that 99 of 100 take at most. */
  readonly nearlyAll: Both;
}

/** The most that a look-up may take, beside the client alone. */
const limit = 1.3;

/** The rows of a store. */
export function rowsOf({ what, aloneName, rate, postfix, half, nearlyAll }: StoreFigures): readonly Row[] {
  const row = (name: string, { ours, alone }: Both, goals: Row['goals']): Row => ({
    what: `${what}, ${name}`,
    ours,
    peers: [{ name: aloneName, figure: alone }],
    goals,
  });
  const rates = row('look-ups a second', rate, [atLeastTimes(Number((1 / limit).toFixed(2)), aloneName)]);
  return [
    postfix === null
      ? rates
      : { ...rates, peers: [...rates.peers, { name: 'postmap -q -', figure: postfix }] },
    row('half of them take at most', half, [atMostTimes(limit, aloneName)]),
    row('99 of 100 take at most', nearlyAll, []),
  ];
}
