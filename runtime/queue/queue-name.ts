/*
 * The names of files in Haraka's queue:
 *   ARRIVAL_NEXTATTEMPT_ATTEMPTS_PID_UNIQUE_COUNTER_HOST
 * Times are milliseconds since the epoch. Haraka renames a file at each attempt; arrival and unique part stay, and are the id.
 * Undocumented, read from Haraka 3.3.4: outbound/qfile.js.
 */

export interface QueueName {
  readonly id: string;
  readonly arrivedAt: number;
  readonly nextAttemptAt: number;
  readonly attempts: number;
}

const form = /^(\d{1,15})_(\d{1,15})_(\d{1,6})_\d{1,10}_([A-Za-z0-9]{1,32})_\d{1,10}_[^_/]{1,255}$/;

/** The name of the same file when it is to be tried at `at`, in milliseconds since the epoch, by the process `pid`. */
export function queueNameAt(name: string, at: number, pid: number): string {
  const parts = name.split('_');
  parts[1] = String(at);
  parts[3] = String(pid);
  return parts.join('_');
}

/** Reads the name of a queue file; null for any other name. */
export function readQueueName(name: string): QueueName | null {
  const found = form.exec(name);
  if (found === null) return null;
  const [, arrived = '', next = '', attempts = '', unique = ''] = found;
  return {
    id: `${arrived}_${unique}`,
    arrivedAt: Number(arrived),
    nextAttemptAt: Number(next),
    attempts: Number(attempts),
  };
}
