/*
 * Long work on the thread on which mail flows: a few milliseconds at a time, and after each of them everything else that waits.
 */

import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Slices } from '../../lib/text/index.js';

/** How long the work may go on until others have their turn, in milliseconds. */
const turnMs = 2;

/** Does the work; rejects with what it throws. */
export async function inTurns<T>(work: Slices<T>): Promise<T> {
  let due = performance.now() + turnMs;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < due) continue;
    await nextTurn();
    due = performance.now() + turnMs;
  }
}
