/*
 * Greylisting: an unknown key has to come again after a while, and is known from then on as long as it comes often enough.
 */
import { RecentKeys } from '../time/index.js';

/** Times in milliseconds. */
export interface GreylistRule {
  /** How long after the first attempt a further one is too early. */
  readonly blockMs: number;
  /** How long after the first attempt a further one still counts. */
  readonly resubmitMs: number;
  /** How long a known key may stay away. */
  readonly inactivityMs: number;
}

interface Grey {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly isKnown: boolean;
}

export class Greylist {
  readonly #keys: RecentKeys<Grey>;

  constructor(mostKeys: number) {
    this.#keys = new RecentKeys(mostKeys);
  }

  /** Notes an attempt; returns whether it has to come again later. */
  isDeferred(key: string, rule: GreylistRule, nowMs: number): boolean {
    const after = next(this.#keys.get(key), rule, nowMs);
    this.#keys.set(key, after);
    return !after.isKnown;
  }
}

function next(
  before: Grey | undefined,
  { blockMs, resubmitMs, inactivityMs }: GreylistRule,
  nowMs: number,
): Grey {
  const isForgotten =
    before === undefined ||
    (before.isKnown ? nowMs - before.lastMs > inactivityMs : nowMs - before.firstMs > resubmitMs);
  if (isForgotten) return { firstMs: nowMs, lastMs: nowMs, isKnown: false };
  return { ...before, lastMs: nowMs, isKnown: before.isKnown || nowMs - before.firstMs >= blockMs };
}
