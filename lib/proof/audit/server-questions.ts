/*
 * Counts the look-ups of a computation that servers would answer. What only examines a configuration connects to none, so they
 * have another answer there.
 */
import type { AnyAnswer, Lookup, LookupRequest } from '../../engine/index.js';
import type { Policy } from '../../policy/index.js';

function isForServer({ settings }: Policy, request: LookupRequest): boolean {
  if (request.kind === 'ldap') return true;
  return request.kind === 'database' && settings.databases[request.database]?.kind === 'store';
}

/** Runs a computation; `counted` is how many of its look-ups were for a server. */
export function* countServerQuestions<T>(
  policy: Policy,
  work: Lookup<T>,
): Lookup<{ readonly value: T; readonly counted: number }> {
  let counted = 0;
  let step = work.next();
  while (step.done !== true) {
    if (isForServer(policy, step.value)) counted += 1;
    const answer: AnyAnswer = yield step.value;
    step = work.next(answer);
  }
  return { value: step.value, counted };
}
