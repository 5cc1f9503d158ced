/*
 * The names of standard output among the files that a command writes.
 */
const names = new Set(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** Whether a name is that of standard output. */
export function isStandardOutput(name: string): boolean {
  return names.has(name);
}
