/*
 * Questions whose answer hangs on chance (`$?percent?`): a stranger comes again until the dice fall well, so what may happen
 * once counts as what happens. Of one question the first tests of chance are made to pass and to fail in every combination;
 * those after them all pass, or all fail, as the last of these does.
 */
import type { Environment, Lookup } from '../engine/index.js';

/** So many tests of chance are tried in every combination. */
const mostTests = 3;
const passes = 0;
const fails = 1 - Number.EPSILON;

/** Asks with every chance until an answer is the wanted one; gives that one, or else the first. */
export function* withEveryChance<T>(
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
