/*
 * Long work on the event loop: a few milliseconds at a time, so that mail is not delayed.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Slices } from '../../lib/text/index.js';
import { collectYoung } from './young-objects.js';

/** After how many turns what they made is moved out of the young objects. */
const turnsPerCollection = 8;

/** How long one turn of the work takes, in milliseconds. */
const turnMs = 2;

/** Does the work; rejects with what it throws. */
export async function inTurns<T>(work: Slices<T>): Promise<T> {
  let turns = 0;
  let due = performance.now() + turnMs;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < due) continue;
    await nextTurn();
    turns += 1;
    if (turns % turnsPerCollection === 0) {
      collectYoung();
      await nextTurn();
    }
    due = performance.now() + turnMs;
  }
}
