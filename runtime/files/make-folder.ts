/*
 * Makes a folder and those above it. Node's own `recursive` never returns where the system says of a folder that exists
 * that nothing can be made in it because it does not exist, as Linux does below `/proc`.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder that may be there already, and the folders above it. Throws what the system throws. */
export function makeFolder(path: string): void {
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if (existsSync(path) && statSync(path).isDirectory()) return;
    throw error;
  }
}
