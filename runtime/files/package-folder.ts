/*
 * The folder of the package that this command is part of. The command runs from one file, its tests from many: the folder is
 * the nearest one above that has a package.json.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('the command is not in a package');
  return nearestPackage(above);
}

export const packageFolder = nearestPackage(__dirname);
