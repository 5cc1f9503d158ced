/*
 * Runs a computation of the engine to its end: at once as long as every answer comes at once, else later,
 * within a limit on the time of all its questions together. Whatever goes wrong is one kind of error, and
 * whoever asked defers.
 */
import type { Lookup, LookupAnswer } from '../lib/engine/index.js';
import type { Answers } from './databases/index.js';
import { type Clock, within } from './time/index.js';

/** Raised when a computation came to no result; the message is for the log, `cause` the error behind it. */
export class DecisionFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DecisionFailed';
  }
}

/** The limit on one computation. */
export interface DriveOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
}

function failure(error: unknown): DecisionFailed {
  if (error instanceof DecisionFailed) return error;
  return new DecisionFailed(error instanceof Error ? error.message : String(error), error);
}

async function finish<T>(
  lookup: Lookup<T>,
  answers: Answers,
  first: Promise<LookupAnswer>,
  isOver: () => boolean,
): Promise<T> {
  let answer = await first;
  for (;;) {
    if (isOver()) throw new DecisionFailed('nobody waits any more');
    const step = lookup.next(answer);
    if (step.done === true) return step.value;
    answer = await answers.answer(step.value);
  }
}

async function decideLater<T>(
  lookup: Lookup<T>,
  answers: Answers,
  first: Promise<LookupAnswer>,
  { timeoutMs, clock }: DriveOptions,
): Promise<T> {
  let isOver = false;
  try {
    const outcome = await within(
      clock,
      timeoutMs,
      finish(lookup, answers, first, () => isOver),
    );
    if (outcome.kind === 'in-time') return outcome.value;
  } catch (error) {
    throw failure(error);
  } finally {
    isOver = true;
  }
  throw new DecisionFailed(`no decision within ${timeoutMs} ms`);
}

/** Runs a computation; gives its result at once if it can. Throws or rejects with DecisionFailed only. */
export function decide<T>(lookup: Lookup<T>, answers: Answers, options: DriveOptions): T | Promise<T> {
  try {
    let step = lookup.next();
    while (step.done !== true) {
      const answer = answers.answer(step.value);
      if (answer instanceof Promise) return decideLater(lookup, answers, answer, options);
      step = lookup.next(answer);
    }
    return step.value;
  } catch (error) {
    throw failure(error);
  }
}
