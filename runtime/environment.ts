/*
 * The environment of one run of the engine: randomness, unique strings, a limit on its work.
 */
import { randomBytes } from 'node:crypto';
import { type Environment, StepBudget, type Tracer } from '../lib/engine/index.js';

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
