/*
 * When a sender is told that its mail is still waiting, and when it is returned. The ages are in milliseconds and rise; at the
 * last one the message is returned.
 * Ref: PMDF 2.3.4.20
 */

/** What is to be done at an age. */
export type Due =
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** One notice, however many ages have passed since the last one. */
  | { readonly kind: 'tell'; readonly untilMs: number }
  | { readonly kind: 'return' };

/** `toldMs` is the age at which the sender was last told; null if it was not. `untilMs` is the next age. */
export function dueAt(ages: readonly number[], ageMs: number, toldMs: number | null): Due {
  const last = ages.at(-1);
  if (last === undefined || ageMs >= last) return { kind: 'return' };
  const untilMs = ages.find((age) => age > ageMs) ?? last;
  const isOverdue = ages.some((age) => age <= ageMs && age > (toldMs ?? 0));
  return { kind: isOverdue ? 'tell' : 'wait', untilMs };
}
