/*
 * An area of vectors: the name of a behaviour, and how its vectors are run through the engine.
 */
import type { Actual, Comparison } from './compare.js';
import type { JsonObject } from './json.js';
import type { VectorInput } from './vector-input.js';

/** The result of a vector. `remarks` help to understand a failure, such as diagnostics of its configuration. */
export type Answer =
  | {
      readonly kind: 'computed';
      readonly actual: Actual;
      readonly comparisons?: { readonly [key: string]: Comparison };
      readonly remarks?: readonly string[];
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/**
 * Runs the input of a vector through the engine. `expected` only says what to compute, if the input does not.
 * Throws VectorProblem for an input that it does not understand.
 */
export type Area = (input: VectorInput, expected: JsonObject) => Answer;

/** Makes an answer. */
export function computed(actual: Actual, remarks: readonly string[] = []): Answer {
  return { kind: 'computed', actual, remarks };
}
