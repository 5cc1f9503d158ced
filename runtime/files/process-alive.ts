/*
 * Whether a process runs on this machine.
 */
import { errorName } from './regular-file.js';

/** Whether there is a process with this number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorName(error) !== 'ESRCH';
  }
}
