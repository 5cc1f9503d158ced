/*
 * What an area of vectors is: the name of a behaviour, and how its vectors are put to the engine.
 */
import type { Actual, Comparison } from './compare.js';
import type { JsonObject } from './json.js';
import type { VectorInput } from './vector-input.js';

/** What came of a vector. `remarks` help whoever reads a failure, such as diagnostics of its configuration. */
export type Answer =
  | {
      readonly kind: 'computed';
      readonly actual: Actual;
      readonly comparisons?: { readonly [key: string]: Comparison };
      readonly remarks?: readonly string[];
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/**
 * Puts the input of a vector to the engine. `expected` only tells what is asked for, where the input does not say it.
 * Throws VectorProblem for an input that it does not understand.
 */
export type Area = (input: VectorInput, expected: JsonObject) => Answer;

/** Makes an answer. */
export function computed(actual: Actual, remarks: readonly string[] = []): Answer {
  return { kind: 'computed', actual, remarks };
}
