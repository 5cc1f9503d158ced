/*
 * Goals as values: what is compared with what, and the limit. Whether a goal is reached follows from the medians of its row.
 */
import { quantity } from './quantity.js';
import { isMissing, type Row, ratioTo, type Unit } from './row.js';

/**
 * A goal of a row. Without a peer the limit is for our own median, in the unit of the row; with one it is for our median
 * divided by the peer's. `ahead` means a ratio above 1 for a rate, which is a unit that ends with `/s`, and below 1 for
 * everything else.
 */
export type Goal =
  | { readonly kind: 'at most' | 'at least'; readonly limit: number; readonly peer?: string }
  | { readonly kind: 'ahead'; readonly peer: string };

/** Whether a goal is reached; unknown if what it compares is missing. */
export type Result = 'reached' | 'missed' | 'unknown';

/** The limit is the most that our median may be. */
export function atMost(limit: number): Goal {
  return { kind: 'at most', limit };
}

/** The limit is the least that our median may be. */
export function atLeast(limit: number): Goal {
  return { kind: 'at least', limit };
}

/** Our median is at most `limit` times that of the peer. */
export function atMostTimes(limit: number, peer: string): Goal {
  return { kind: 'at most', limit, peer };
}

/** Our median is at least `limit` times that of the peer. */
export function atLeastTimes(limit: number, peer: string): Goal {
  return { kind: 'at least', limit, peer };
}

/** Ours is better than the peer. */
export function aheadOf(peer: string): Goal {
  return { kind: 'ahead', peer };
}

/** What the goal compares with its limit; null if it is missing. Throws if the row has no such peer. */
function judgedValue(row: Row, goal: Goal): number | null {
  if (goal.peer === undefined) return isMissing(row.ours) ? null : row.ours.median;
  const peer = row.peers.find(({ name }) => name === goal.peer);
  if (peer === undefined) throw new Error(`a goal of \`${row.what}\` names an unknown peer: ${goal.peer}`);
  return ratioTo(row, peer);
}

/** Whether a row reaches one of its goals. */
export function resultOf(row: Row, goal: Goal): Result {
  const value = judgedValue(row, goal);
  if (value === null || isMissing(row.ours)) return 'unknown';
  const { unit } = row.ours;
  const isReached = (): boolean => {
    switch (goal.kind) {
      case 'at most':
        return value <= goal.limit;
      case 'at least':
        return value >= goal.limit;
      case 'ahead':
        return unit.endsWith('/s') ? value > 1 : value < 1;
    }
  };
  return isReached() ? 'reached' : 'missed';
}

/** The goal in words, which do not name the peer; the unit is that of the row. */
export function goalText(goal: Goal, unit: Unit): string {
  if (goal.kind === 'ahead') return 'ahead';
  const sign = goal.kind === 'at most' ? '<=' : '>=';
  return goal.peer === undefined ? `${sign} ${quantity(goal.limit, unit)}` : `${sign} ${goal.limit}x`;
}
