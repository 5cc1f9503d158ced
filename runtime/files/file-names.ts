/*
 * How the configuration names files, and how people are shown them.
 *   PMDF_TABLE:name, /pmdf/table/name, IMTA_TABLE:name ...   name in config/pmdf, see `tableFileName`
 *   name, folder/name                                        against config/pmdf
 *   /any/where                                               as it is
 * OpenVMS writes names in upper case: after a logical name, where the name as written does not exist, the name in
 * lower case is taken.
 * Ref: PMDF 1.2
 */

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { tableFileName } from '../../lib/text/index.js';
import type { FileNames } from './read-text.js';

/** Finds the path that a name in the configuration means; `folder` is the path of config/pmdf. */
export function resolveFileName(folder: string, written: string): string {
  const name = tableFileName(written);
  if (name === null) return resolve(folder, written);
  const asWritten = resolve(folder, name);
  const inLowerCase = resolve(folder, name.toLowerCase());
  return !existsSync(asWritten) && existsSync(inLowerCase) ? inLowerCase : asWritten;
}

function inside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : way;
}

/**
 * Names a file for people: short against config/pmdf, long against the install; a file elsewhere by its
 * path.
 */
export function fileNames(folder: string, path: string): FileNames {
  const install = dirname(dirname(resolve(folder)));
  return {
    name: inside(install, path) ?? path,
    shortName: inside(resolve(folder), path) ?? path,
  };
}
