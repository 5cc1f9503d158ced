/*
 * Runs a computation of the engine to its end. Whatever goes wrong becomes one kind of error, so that the caller can
 * defer.
 */
import { driveNow, type Lookup } from '../lib/engine/index.js';
import type { Answer } from './databases/index.js';

/** Raised when a computation has no result; the message is for the log, `cause` is the underlying error. */
export class DecisionFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'DecisionFailed';
  }
}

/** Runs a computation. Throws only DecisionFailed. */
export function decide<T>(lookup: Lookup<T>, answer: Answer): T {
  try {
    return driveNow(lookup, answer);
  } catch (error) {
    throw new DecisionFailed(error);
  }
}
