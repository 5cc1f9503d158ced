/*
 * Half-written files in the held folder, which a process left that was killed. A file gets its own name when it is whole,
 * so that nothing that was acknowledged is among them.
 */

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../runtime/files/index.js';
import type { HarakaPlugin, Next } from '../haraka/types.js';
import { gateway } from './gateway.js';
import { causeOf } from './guard.js';

/** `NAME.HELD.PID.tmp`, or without the process in files of former versions. */
const temporary = /\.HELD(?:\.(\d+))?\.tmp$/;
/** No file takes that long to be written. */
const longestWriteMs = 3_600_000;

/** Names a file while it is being written. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Whether somebody may still be writing a file. This process has only begun and writes none yet. */
async function isInUse(file: string, writer: number): Promise<boolean> {
  if (writer === process.pid || !isAlive(writer)) return false;
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < longestWriteMs;
}

/** Removes the files that nobody writes any more, and gives their names. */
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

/** A process begins: removes what one before it left in the held folder. */
export function removeHeldLeftovers(this: HarakaPlugin, next: Next): void {
  removeLeftovers(gateway().heldFolder(gateway().policy))
    .then((removed) => {
      if (removed.length > 0) this.lognotice(`removed half-written held files: ${removed.join(' ')}`);
    })
    .catch((error: unknown) => this.logerror(`the held folder could not be tidied: ${causeOf(error)}`))
    .finally(next);
}
