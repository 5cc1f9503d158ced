/*
 * Writes files that are not there yet, all or none; nothing is ever overwritten.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.js';

/** A file to be written, by its name in the folder. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** The paths that were written, or the one that is there already. */
export type NewFiles =
  | { readonly kind: 'written'; readonly paths: readonly string[] }
  | { readonly kind: 'exists'; readonly path: string };

function isExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** Writes files into a folder, which is made if need be. Throws what the system throws, and then leaves none behind. */
export function writeNewFiles(folder: string, files: readonly NewFile[]): NewFiles {
  const written: string[] = [];
  for (const { name } of files) {
    const path = join(folder, name);
    if (existsSync(path)) return { kind: 'exists', path };
  }
  try {
    for (const { name, text } of files) {
      const path = join(folder, name);
      makeFolder(dirname(path));
      try {
        writeFileSync(path, text, { flag: 'wx' });
      } catch (error) {
        if (!isExists(error)) written.push(path);
        throw error;
      }
      written.push(path);
    }
    return { kind: 'written', paths: written };
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw error;
  }
}
