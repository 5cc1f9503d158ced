/*
 * Unfinished files that a killed process left in the held folder. A file gets its own name when it is complete, so nothing that
 * was acknowledged is among them.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../runtime/files/index.js';
import { causeOf, type HarakaPlugin, type Next } from '../haraka/index.js';
import { gateway } from './gateway.js';

/** `NAME.HELD.PID.RANDOM.tmp`; files of former versions lack the random part, or the PID too. */
const temporary = /\.HELD(?:\.(\d+)(?:\.[0-9a-f]{12})?)?\.tmp$/;
/** No file takes that long to be written. */
const longestWriteMs = 3_600_000;

/** Whether a process may still be writing a file; this one has just started and writes none yet. */
async function isInUse(file: string, writer: number): Promise<boolean> {
  if (writer === process.pid || !isAlive(writer)) return false;
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < longestWriteMs;
}

/** Removes the files that no process is writing, and returns their names. */
async function removeLeftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Nothing was ever held.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const removed: string[] = [];
  for (const name of names) {
    const found = temporary.exec(name);
    if (found === null) continue;
    const file = join(folder, name);
    if (found[1] !== undefined && (await isInUse(file, Number(found[1])))) continue;
    await rm(file, { force: true });
    removed.push(name);
  }
  return removed;
}

/** The hooks `init_master` and `init_child`: removes what an earlier process left in the held folder. */
export function removeHeldLeftovers(this: HarakaPlugin, next: Next): void {
  removeLeftovers(gateway().heldFolder(gateway().policy))
    .then((removed) => {
      if (removed.length > 0) this.lognotice(`removed unfinished held files: ${removed.join(' ')}`);
    })
    .catch((error: unknown) => this.logerror(`the held folder could not be cleaned up: ${causeOf(error)}`))
    .finally(next);
}
