/*
 * Sessions that both policies decide, each once, and the differences that they show, by class.
 */
import { classKey, type Difference } from './class-words.js';
import { classify } from './classify.js';
import { Decider } from './decide-trial.js';
import type { Side, Trial } from './policy-difference.js';

function keyOf(trial: Trial): string {
  return JSON.stringify(trial);
}

/** Decides sessions under both policies and keeps the differences. */
export class Trials {
  readonly before: Decider;
  readonly now: Decider;
  readonly #seen = new Set<string>();
  readonly #proved = new Set<string>();
  readonly #newlyRelayed = new Set<string>();
  readonly #classes = new Map<string, Difference[]>();
  /** Why sessions could not be decided; null if all could. */
  cause: string | null = null;

  constructor(before: Side, now: Side) {
    this.before = new Decider(before);
    this.now = new Decider(now);
  }

  get tried(): number {
    return this.#seen.size;
  }

  get hasNewlyRelayed(): boolean {
    return this.#newlyRelayed.size > 0;
  }

  get differences(): readonly (readonly Difference[])[] {
    return [...this.#classes.values()];
  }

  /**
   * Decides a session; the differences, one for each end of chance. Of a session that was proved to relay under the new policy it
   * need not be seen again that its mail leaves.
   */
  #decide(trial: Trial, traced: boolean): readonly Difference[] {
    const [before, now] = [this.before.decide(trial, traced), this.now.decide(trial, traced)];
    for (const one of [before, now]) if ('cause' in one) this.cause ??= one.cause;
    if ('cause' in before || 'cause' in now) return [];
    const found: Difference[] = [];
    const mayLeaveBefore = before.some(({ leaves }) => leaves);
    for (let at = 0; at < Math.max(before.length, now.length); at += 1) {
      const [one, other] = [before[at] ?? before.at(-1), now[at] ?? now.at(-1)];
      if (one === undefined || other === undefined) continue;
      const isProved = this.#proved.has(keyOf(trial)) && other.answer.verdict === 'accept';
      const leaves = other.leaves || isProved;
      const classified = classify(one, { ...other, leaves }, mayLeaveBefore);
      if (classified !== null) found.push({ ...classified, trial, before: one, now: other });
    }
    return found;
  }

  /** Tries a session, unless it was tried. */
  try(trial: Trial): void {
    const key = keyOf(trial);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const difference of this.#decide(trial, false)) {
      if (difference.kind === 'newly-relayed') this.#newlyRelayed.add(key);
      const ofClass = classKey(difference);
      const known = this.#classes.get(ofClass);
      if (known === undefined) this.#classes.set(ofClass, [difference]);
      else known.push(difference);
    }
  }

  /** Tries a session of a stranger that was proved to relay under the new policy; tells whether it does not under the old one. */
  relaysNewly(trial: Trial): boolean {
    this.#proved.add(keyOf(trial));
    this.try(trial);
    return this.isNewlyRelayed(trial);
  }

  isNewlyRelayed(trial: Trial): boolean {
    return this.#newlyRelayed.has(keyOf(trial));
  }

  /** The same difference with its trace. */
  traced(difference: Difference): Difference {
    return (
      this.#decide(difference.trial, true).find((one) => classKey(one) === classKey(difference)) ?? difference
    );
  }
}
