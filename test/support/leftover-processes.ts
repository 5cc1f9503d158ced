/*
 * Ends what a run of the tests leaves behind: processes that bear the mark of the run in their environment and are still
 * there a moment after its last test. Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const variable = 'PMDF_TEST_RUN';
const pauseMs = 50;

/** A process and its command line. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

function readProcess(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // It has ended, or belongs to another account.
    return '';
  }
}

/** The processes whose environment has the variable with this value, apart from this one. */
export function markedProcesses(mark: string): readonly Leftover[] {
  const entry = `${variable}=${mark}`;
  let names: readonly string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names
    .filter((pid) => Number(pid) !== process.pid && readProcess(pid, 'environ').split('\0').includes(entry))
    .map((pid) => ({ pid: Number(pid), command: readProcess(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** Ends the marked processes that have not ended by themselves after a while, and says which. */
export async function endMarked(
  mark: string,
  { graceMs, say }: { readonly graceMs: number; readonly say: (line: string) => void },
): Promise<void> {
  const deadline = Date.now() + graceMs;
  while (markedProcesses(mark).length > 0 && Date.now() < deadline) await pause(pauseMs);
  for (const { pid, command } of markedProcesses(mark)) {
    say(`the tests left process ${pid} behind, which is ended now: ${command}`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

export function mochaGlobalSetup(): void {
  process.env[variable] = `${process.pid}-${Date.now()}`;
}

export async function mochaGlobalTeardown(): Promise<void> {
  const mark = process.env[variable];
  if (mark !== undefined) await endMarked(mark, { graceMs: 5_000, say: (line) => console.error(line) });
}
