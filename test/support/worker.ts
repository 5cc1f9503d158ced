/*
 * The processes that run test files side by side (`mocha --parallel`), and what follows for a test in one of them.
 */

/** The most processes that share nothing; more than these may collide in ports. */
export const mostWorkers = 16;

const id = process.env['MOCHA_WORKER_ID'];

/** The number of this process, from 0; 0 also for the only one. */
export const worker = id === undefined ? 0 : Number(id) % mostWorkers;

/** How many times longer an event may take than on an idle machine. */
export const slowness = id === undefined ? 1 : 6;
