/*
 * The processes that run test files side by side (`mocha --parallel`), and what follows for a test in one of them.
 */

/** The most processes that share nothing; more than these may collide in ports. */
export const mostWorkers = 16;

const id = process.env['MOCHA_WORKER_ID'];

/** The number of this process, from 0; 0 also for the only one. */
export const worker = id === undefined ? 0 : Number(id) % mostWorkers;

/** Names the variable that is set where few files run side by side and each limit counts as it is written. */
export const exactLimitsVariable = 'PMDF_EXACT_LIMITS';

/** How many times longer an event may take than on an idle machine. */
export const slowness = id === undefined || process.env[exactLimitsVariable] !== undefined ? 1 : 6;
