/*
 * Writes a file that must not be there: whole or not at all, and never over another one. It is written beside its place
 * and brought to the disk; giving it its name fails where the name is taken, be it since a moment ago.
 */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorName, makeFolder, syncFolder } from '../../runtime/files/index.js';

/** Writes the file and the folders above it. False when something has that name already. Throws what the system throws. */
export function writeNewFile(path: string, content: string | Uint8Array, mode: number): boolean {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
  const file = openSync(temporary, 'wx', mode);
  try {
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(temporary, path);
  } catch (error) {
    if (errorName(error) === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncFolder(folder);
  return true;
}
