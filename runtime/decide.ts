/*
 * Runs a computation of the engine: its environment (randomness, unique strings, a limit on its work), and its end.
 * Whatever goes wrong becomes one kind of error, so that the caller can defer.
 */
import { randomBytes } from 'node:crypto';
import { longestDecisionWait } from '../lib/config/index.js';
import {
  type AnyAnswer,
  drive,
  driveNow,
  type Environment,
  type Eventual,
  failed,
  type Lookup,
  StepBudget,
  type Tracer,
} from '../lib/engine/index.js';
import type { Answer, AnswerNow } from './databases/index.js';
import { type Clock, type InTime, systemClock, within } from './time/index.js';

/**
 * How long all look-ups of one decision may take, in milliseconds. A hook may need two decisions, and core gives up a plugin
 * after 30 seconds, while the plugin goes on working.
 */
export const longestWaitMs = longestDecisionWait * 1000;

// 80 random bits for the process and a count within it: no string comes twice, in any worker.
const ofProcess = randomBytes(10).toString('hex');
let count = 0;

function uniqueString(): string {
  count += 1;
  return `${ofProcess}${count.toString(36).padStart(8, '0')}`;
}

/** Makes the environment of one decision of at most `stepLimit` steps. */
export function makeEnvironment(stepLimit: number, trace?: Tracer): Environment {
  const environment = { random: Math.random, uniqueString, budget: new StepBudget(stepLimit) };
  return trace === undefined ? environment : { ...environment, trace };
}

/** Raised when a computation has no result; the message is for the log, `cause` is the underlying error. */
export class DecisionFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'DecisionFailed';
  }
}

const tooLate = failed(`the look-ups of one decision took longer than ${longestWaitMs / 1000} s`);

function valueInTime(came: InTime<AnyAnswer>): AnyAnswer {
  return came.kind === 'in-time' ? came.value : tooLate;
}

/** The same answers for one decision; those that come after `longestWaitMs` from the first wait are `failed`. */
function inTime(answer: Answer, clock: Clock): Answer {
  let until: number | null = null;
  return (request) => {
    const given = answer(request);
    if (!(given instanceof Promise)) return given;
    const now = clock.now();
    until ??= now + longestWaitMs;
    return now < until ? within(clock, until - now, given).then(valueInTime) : tooLate;
  };
}

/** Runs a computation: at once if every question is answered at once. Throws, or rejects with, only DecisionFailed. */
export function decide<T>(lookup: Lookup<T>, answer: Answer, clock: Clock = systemClock): Eventual<T> {
  try {
    const result = drive(lookup, inTime(answer, clock));
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw new DecisionFailed(error);
    });
  } catch (error) {
    throw new DecisionFailed(error);
  }
}

/** Runs a computation at once. Throws only DecisionFailed. */
export function decideNow<T>(lookup: Lookup<T>, answer: AnswerNow): T {
  try {
    return driveNow(lookup, answer);
  } catch (error) {
    throw new DecisionFailed(error);
  }
}
