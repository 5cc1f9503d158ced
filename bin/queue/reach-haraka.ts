/*
 * Reports of commands that change the queue of a Haraka that may run.
 */

import { LockHeld } from '../../runtime/files/index.js';
import { isEnabledIn } from '../../runtime/haraka-install/index.js';
import { NotReachable } from '../../runtime/queue/index.js';
import { type Arguments, configFolder, failedReport, type Report } from '../support/index.js';

const withoutDeliver =
  'pmdf/deliver is not in config/plugins: without it Haraka does not tell that it runs, and nothing is changed';

/** Throws NotReachable where the install has not pmdf/deliver. */
export function checkDeliver(given: Arguments): void {
  if (!isEnabledIn(configFolder(given), 'deliver')) throw new NotReachable(withoutDeliver);
}

/** Does what a command does, and reports where Haraka does not answer, or another command does not end. */
export async function withoutWaiting(work: () => Promise<Report>): Promise<Report> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotReachable || error instanceof LockHeld)) throw error;
    return failedReport({ error: error.message }, error.message);
  }
}

/** The same for a command that needs pmdf/deliver. */
export async function reachingHaraka(given: Arguments, work: () => Promise<Report>): Promise<Report> {
  return await withoutWaiting(async () => {
    checkDeliver(given);
    return await work();
  });
}
