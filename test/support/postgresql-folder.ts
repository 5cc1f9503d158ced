/*
 * Where Debian has the programs of PostgreSQL: in a folder for each version, which is on nobody's PATH.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const versions = '/usr/lib/postgresql';

/** The folder with `initdb` and `postgres`, of the newest version; null if there is none. */
export function postgresqlFolder(): string | null {
  if (!existsSync(versions)) return null;
  const folders = readdirSync(versions)
    .filter((version) => existsSync(join(versions, version, 'bin', 'postgres')))
    .sort((one, other) => Number(other) - Number(one));
  return folders[0] === undefined ? null : join(versions, folders[0], 'bin');
}
