/*
 * What the difference between two answers to one session is.
 */
import type { Outcome } from './decide-trial.js';
import type { ChangeKind } from './policy-difference.js';

export interface Classified {
  readonly kind: ChangeKind;
  /** What is different apart from the reply and the deliveries, as `name: before, now`. */
  readonly what: string;
}

/** The names of all that differs in maps. */
function differing(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
}

function wordsFor(before: Outcome, now: Outcome): string {
  // What goes with a verdict differs with it.
  const isSame = before.answer.verdict === now.answer.verdict;
  const names = differing(before.others, now.others).filter((name) => isSame || name === 'source channel');
  if (before.sent !== now.sent && before.answer.deliveries.join() === now.answer.deliveries.join()) {
    names.push(
      ...(before.answer.verdict === 'accept' && now.answer.verdict === 'accept' ? ['way of delivery'] : []),
    );
  }
  return names.join(', ');
}

function kindOf(before: Outcome, now: Outcome, mayLeaveBefore: boolean): ChangeKind {
  // What goes the same way as before is not new, even if the host has another owner now.
  const isNew = now.leaves && !mayLeaveBefore && before.sent !== now.sent;
  if (isNew && (before.isStranger || now.isStranger)) return 'newly-relayed';
  const [was, is] = [before.answer.verdict === 'accept', now.answer.verdict === 'accept'];
  if (!was && is) return 'newly-accepted';
  if (was && !is) return 'newly-refused';
  return before.sent === now.sent ? 'other-reply' : 'delivered-elsewhere';
}

/**
 * Compares two outcomes; null where nobody can tell them apart. `mayLeaveBefore`: whether the mail left under the old policy with
 * any outcome of chance, since a stranger can try again.
 */
export function classify(before: Outcome, now: Outcome, mayLeaveBefore: boolean): Classified | null {
  const isSame =
    before.answer.verdict === now.answer.verdict &&
    before.answer.reply === now.answer.reply &&
    before.answer.step === now.answer.step &&
    before.sent === now.sent &&
    differing(before.others, now.others).length === 0;
  return isSame ? null : { kind: kindOf(before, now, mayLeaveBefore), what: wordsFor(before, now) };
}
