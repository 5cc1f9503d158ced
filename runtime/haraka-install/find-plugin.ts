/*
 * Where Haraka 3.3 looks for a plugin: in the install first, then in its own folder.
 *   plugins/NAME.js   node_modules/haraka-plugin-NAME/   ../haraka-plugin-NAME/
 *   plugins/NAME/     node_modules/NAME/                 in the install only
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folders in which plugins are looked for. */
export interface PluginFolders {
  readonly install: string;
  /** Haraka's own folder; null if it is not known. */
  readonly haraka: string | null;
}

function searched(folder: string, name: string): string[] {
  return [
    resolve(folder, 'plugins', `${name}.js`),
    resolve(folder, 'node_modules', `haraka-plugin-${name}`, 'package.json'),
    resolve(folder, '..', `haraka-plugin-${name}`, 'package.json'),
  ];
}

/** Whether there is a plugin of this name; null if it could only be in Haraka's folder, which is not known. */
export function isPlugin({ install, haraka }: PluginFolders, name: string): boolean | null {
  const here = [
    ...searched(install, name),
    resolve(install, 'plugins', name, 'package.json'),
    resolve(install, 'node_modules', name, 'package.json'),
  ];
  if (here.some((path) => existsSync(path))) return true;
  return haraka === null ? null : searched(haraka, name).some((path) => existsSync(path));
}

function isHaraka(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const name: unknown =
      typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'name') : null;
    return typeof name === 'string' && name.toLowerCase() === 'haraka';
  } catch {
    return false;
  }
}

/** Haraka's folder, given a file in it; null if the file is not part of Haraka. */
export function harakaFolderAround(file: string): string | null {
  let folder: string;
  try {
    folder = dirname(realpathSync(file));
  } catch {
    return null;
  }
  for (; !isHaraka(folder); folder = dirname(folder)) if (dirname(folder) === folder) return null;
  return folder;
}

/** The Haraka in the node_modules of an install; null if it is elsewhere. */
export function harakaFolderIn(install: string): string | null {
  for (const name of ['Haraka', 'haraka']) {
    const folder = join(install, 'node_modules', name);
    if (isHaraka(folder)) return realpathSync(folder);
  }
  return null;
}
