/*
 * Reports of commands that change the queue of a Haraka that may run.
 */

import { LockHeld } from '../../runtime/files/index.js';
import { isEnabledIn } from '../../runtime/haraka-install/index.js';
import { NotReachable } from '../../runtime/queue/index.js';
import { type Arguments, configFolder, failedReport, type Report } from '../support/index.js';

const withoutDeliver =
  'pmdf/deliver is not in config/plugins: without it Haraka does not tell that it runs, and nothing is changed';

/** Does what a command does that needs pmdf/deliver, and reports where Haraka or another command cannot be reached. */
export async function reachingHaraka(given: Arguments, work: () => Promise<Report>): Promise<Report> {
  if (!isEnabledIn(configFolder(given), 'deliver')) return failedReport({}, withoutDeliver);
  return await withoutWaiting(work);
}

/** Does what a command does, and reports where Haraka does not answer, or another command does not end. */
export async function withoutWaiting(work: () => Promise<Report>): Promise<Report> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotReachable || error instanceof LockHeld) return failedReport({}, error.message);
    throw error;
  }
}
