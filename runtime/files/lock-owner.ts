/*
 * The holder of a lock, written so that other processes can tell whether it still runs:
 *   id:pid:start:boot:host:namespace
 * `id` is never reused. `start` is when the process began, in ticks since boot, so that a later process with the
 * same number is not mistaken for it; `boot` identifies the boot of the machine. A field that the system does
 * not provide is empty.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorName } from './regular-file.js';

/** The holder of a lock. */
export interface LockOwner {
  readonly id: string;
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
  readonly host: string;
  readonly namespace: string;
}

function readOrEmpty(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

const boot = readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
const namespace = readOrEmpty(() => readlinkSync('/proc/self/ns/pid')).replace(/[^0-9]/g, '');
// A colon separates fields.
const host = hostname().replaceAll(':', '-');

/** State and start of a process, from its line in /proc; the name in it may contain blanks and brackets. */
function processState(pid: number): { state: string; start: string } | null {
  const line = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const start = fields[19];
  return state === undefined || start === undefined ? null : { state, start };
}

/** This process as the holder of a new lock. */
export function thisOwner(): LockOwner {
  const { pid } = process;
  const start = processState(pid)?.start ?? '';
  return { id: randomBytes(8).toString('hex'), pid, start, boot, host, namespace };
}

/** Writes a holder as one line without blanks. */
export function printOwner({ id, pid, start, boot: at, host: on, namespace: within }: LockOwner): string {
  return [id, String(pid), start, at, on, within].join(':');
}

/** Parses what `printOwner` wrote; null for anything else. */
export function parseOwner(text: string): LockOwner | null {
  const [id = '', pid = '', start, at, on, within, ...more] = text.split(':');
  if (!/^[0-9a-f]{16}$/.test(id) || !/^[1-9][0-9]{0,9}$/.test(pid) || more.length > 0) return null;
  if (start === undefined || at === undefined || on === undefined || within === undefined) return null;
  return { id, pid: Number(pid), start, boot: at, host: on, namespace: within };
}

/** Whether there is a process with this number on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorName(error) !== 'ESRCH';
  }
}

/** Whether a holder has certainly ended; false if that cannot be seen from here. */
export function isGone(owner: LockOwner): boolean {
  if (owner.host !== host) return false;
  if (owner.boot !== boot) return true;
  if (owner.namespace !== namespace) return false;
  if (!isAlive(owner.pid)) return true;
  const now = processState(owner.pid);
  if (now === null || owner.start === '') return false;
  // A zombie has ended, but its parent has not noticed.
  return now.start !== owner.start || now.state === 'Z' || now.state === 'X';
}
