/*
 * How the configuration names files, and how people are shown them.
 *   PMDF_TABLE:name.ext;3   PMDF_ROOT:[TABLE]name   /pmdf/table/name     name in config/pmdf
 *   name, folder/name                                                     against config/pmdf
 *   /any/where                                                            as it is
 * A version (`;3`) and a final period are VMS's and are dropped from PMDF's own spellings. VMS writes names
 * in upper case: where the name as written does not exist, the name in lower case is taken.
 * Ref: PMDF 1.2
 */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FileNames } from './read-text.js';

const tablePrefixes = ['pmdf_table:', 'pmdf_root:[table]'];
const tableFolder = '/pmdf/table/';

function vmsName(rest: string): string {
  const version = rest.lastIndexOf(';');
  const hasVersion = version !== -1 && /^[0-9]*$/.test(rest.slice(version + 1));
  const named = hasVersion ? rest.slice(0, version) : rest;
  return named.endsWith('.') ? named.slice(0, -1) : named;
}

/** Finds the path that a name in the configuration means; `folder` is the path of config/pmdf. */
export function resolveFileName(folder: string, written: string): string {
  const folded = written.toLowerCase();
  const prefix = tablePrefixes.find((one) => folded.startsWith(one));
  if (prefix !== undefined) {
    const name = vmsName(written.slice(prefix.length));
    const asWritten = resolve(folder, name);
    const inLowerCase = resolve(folder, name.toLowerCase());
    return !existsSync(asWritten) && existsSync(inLowerCase) ? inLowerCase : asWritten;
  }
  if (written.startsWith(tableFolder)) return join(folder, written.slice(tableFolder.length));
  return resolve(folder, written);
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
