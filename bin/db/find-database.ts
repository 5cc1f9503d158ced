/*
 * The database that a command works on: a file, or one that the configuration names, such as `general` or the pseudo domain of a
 * directory channel, in a file or a store.
 */

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCdbName } from '../../runtime/databases/index.js';
import { withConfiguration } from '../../runtime/index.js';
import { type Arguments, configFolder, fileError, quoted } from '../support/index.js';
import { type DatabaseFile, type FoundDatabase, namedDatabase } from './named-databases.js';

export type { DatabaseFile, FoundDatabase, FoundInStore } from './named-databases.js';

/** The size of the header of a CDB file. A text has no NUL there. */
const headerOctets = 2048;

/** Whether a file is a CDB file, by its name or its first octets. */
export function isCdb(path: string): boolean {
  if (isCdbName(path)) return true;
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const header = Buffer.alloc(headerOctets);
  const file = openSync(path, 'r');
  try {
    return header.subarray(0, readSync(file, header, 0, headerOctets, 0)).includes(0);
  } finally {
    closeSync(file);
  }
}

/** What has no slash and no such ending is taken for the name of a database, so that a misspelt one does not become a file. */
function looksLikeFile(written: string): boolean {
  return written.includes('/') || /\.(?:cdb|txt)$/i.test(written);
}

/**
 * Finds the database that a word of the command line means: a file of that name, else the database of the
 * configuration with that name. A file that is named as one need not exist. Throws ConfigError.
 */
export async function findDatabase(given: Arguments, written: string): Promise<FoundDatabase> {
  if (existsSync(written) || looksLikeFile(written)) {
    const names = { name: written, shortName: written };
    return { kind: 'file', path: written, names, directory: null };
  }
  const folder = join(configFolder(given), 'pmdf');
  return await withConfiguration(folder, (opened) => namedDatabase(folder, opened, written));
}

/**
 * Throws ConfigError for a text file, which the command cannot change. Other faults are left to the change
 * itself.
 */
export function requireCdb({ path, names }: DatabaseFile): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true || isCdb(path)) return;
  throw fileError(
    names.name,
    `${quoted(names.name)} is a text file, which this command does not change`,
    'edit it, or compile it with `pmdf crdb` and name the result in pmdf.yaml',
  );
}
