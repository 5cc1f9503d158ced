/*
 * Requests whose answer depends on chance (`$?percent?`): a stranger can try again until an answer suits him. The first
 * tests of chance pass and fail in every combination; those after them all pass or all fail, as the last of these does.
 */
import type { Environment, Lookup } from '../engine/index.js';

/** The number of tests of chance that are tried in every combination. */
const mostTests = 3;
const passes = 0;
const fails = 1 - Number.EPSILON;

/** Asks with every outcome of chance until an answer is wanted; gives that one, or else the first. */
export function* tryRandomOutcomes<T>(
  newEnvironment: () => Environment,
  question: (environment: Environment) => Lookup<T>,
  isWanted: (answer: T) => boolean,
): Lookup<T> {
  let tests = 0;
  const ask = function* (failing: number): Lookup<T> {
    let test = 0;
    const random = (): number => {
      const bit = Math.min(test, mostTests - 1);
      test += 1;
      tests = Math.max(tests, test);
      return ((failing >> bit) & 1) === 0 ? passes : fails;
    };
    return yield* question({ ...newEnvironment(), random });
  };
  const first = yield* ask(0);
  if (isWanted(first)) return first;
  for (let failing = 1; failing < 2 ** Math.min(tests, mostTests); failing += 1) {
    const answer = yield* ask(failing);
    if (isWanted(answer)) return answer;
  }
  return first;
}
