/*
 * The project's folder, whose package.json is the bundle's, and the Haraka that it is developed against.
 */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Finds the root of the project from wherever this file was compiled to; throws when no root is above it. */
export function projectRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest) && readFileSync(manifest, 'utf8').includes('"name": "haraka-plugin-pmdf"'))
      return folder;
    if (folder === path.dirname(folder))
      throw new Error(`no haraka-plugin-pmdf package above \`${__dirname}\``);
  }
}

/** Finds the folder of the installed Haraka, whose name differs in case between releases; throws when there is none. */
export function harakaFolder(): string {
  for (const name of ['Haraka', 'haraka']) {
    const folder = path.join(projectRoot(), 'node_modules', name);
    if (existsSync(path.join(folder, 'bin', 'haraka'))) return folder;
  }
  throw new Error('Haraka is not installed in node_modules: run `npm ci`');
}
