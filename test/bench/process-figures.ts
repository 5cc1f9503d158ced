/*
 * What the kernel says of processes: CPU time and memory. Linux only.
 * Ref: proc(5), /proc/pid/stat and /proc/pid/status
 */
import { readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Fields of /proc/PID/stat by their numbers in proc(5), in seconds. */
function secondsIn(pid: number | 'self', fields: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name of the program, is in parentheses and may contain blanks.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((sum, field) => sum + Number(afterName[field - 3]), 0) / ticksPerSecond;
}

/** CPU time of a process so far, in its own code and in the kernel, in seconds. */
export function cpuSeconds(pid: number): number {
  return secondsIn(pid, [14, 15]);
}

/** CPU time of the children of this process that have ended, in seconds. */
export function childrenCpuSeconds(): number {
  return secondsIn('self', [16, 17]);
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return children
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
}

/** Resident memory of a process, in megabytes. */
export function megabytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
