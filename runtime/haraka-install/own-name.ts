/*
 * How Haraka calls this host: the first line of `me` in its config folder. Null without the file, or where it is empty.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the name; `folder` is Haraka's config folder. A file that cannot be read gives none. */
export function ownName(folder: string): string | null {
  try {
    const name = readFileSync(join(folder, 'me'), 'utf8').split('\n', 1)[0]?.trim() ?? '';
    return name === '' ? null : name;
  } catch {
    return null;
  }
}
