/*
 * Creates a folder and its parents. Node's own `recursive` never returns below a folder such as `/proc`, where Linux
 * answers ENOENT although the folder exists.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates a folder, unless it exists, and its parents. Throws errors of the file system. */
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
