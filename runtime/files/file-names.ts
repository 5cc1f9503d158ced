/*
 * File names in the configuration, and the names that messages use.
 *   PMDF_TABLE:name, /pmdf/table/name, IMTA_TABLE:name ...   name in config/pmdf, see `tableFileName`
 *   name, folder/name                                        relative to config/pmdf
 *   /any/where                                               as it is
 * OpenVMS writes names in upper case: if the name after a logical name does not exist as written, it is tried in
 * lower case.
 * Ref: PMDF 1.2
 */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { tableFileName } from '../../lib/text/index.js';
import type { FileNames } from './read-text.js';

/** The path that a name in the configuration means; `folder` is the path of config/pmdf. */
export function resolveFileName(folder: string, written: string): string {
  const name = tableFileName(written);
  if (name === null) return resolve(folder, written);
  const asWritten = resolve(folder, name);
  const inLowerCase = resolve(folder, name.toLowerCase());
  return !existsSync(asWritten) && existsSync(inLowerCase) ? inLowerCase : asWritten;
}

function within(folder: string, path: string): string | null {
  const rest = relative(folder, path);
  return rest === '' || rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest) ? null : rest;
}

/** The names of a file for messages: relative to the install, and short, relative to config/pmdf; else its path. */
export function fileNames(folder: string, path: string): FileNames {
  const install = dirname(dirname(resolve(folder)));
  return {
    name: within(install, path) ?? path,
    shortName: within(resolve(folder), path) ?? path,
  };
}
