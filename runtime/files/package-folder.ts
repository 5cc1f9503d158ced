/*
 * The folder of the package that this command is part of. The command runs from one file, its tests from many: the folder is
 * the nearest one above that has a package.json.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('the command is not in a package');
  return nearestPackage(above);
}

export const packageFolder = nearestPackage(__dirname);

/** What package.json says of the package; the page is null before it is published. */
export interface PackageManifest {
  readonly version: string;
  readonly homepage: string | null;
}

export function packageManifest(): PackageManifest {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const isObject = typeof manifest === 'object' && manifest !== null;
  const version = isObject && 'version' in manifest ? String(manifest.version) : 'unknown';
  const homepage = isObject && 'homepage' in manifest ? String(manifest.homepage) : null;
  return { version, homepage };
}
