/*
 * The project's folder, seen from a compiled test (dist/test/...).
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'tsconfig.json'))) return folder;
    if (dirname(folder) === folder) throw new Error('the project root was not found');
  }
}

/** The folder with package.json and tsconfig.json. */
export const projectRoot = findRoot(__dirname);
