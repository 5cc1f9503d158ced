/*
 * The database that a command works on: a file, or one that the configuration names, such as `general`, in a file or a store.
 */

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { databaseTitle } from '../../lib/config/index.js';
import { type DatabaseName, databaseNames } from '../../lib/engine/index.js';
import { isCdbName } from '../../runtime/databases/index.js';
import { type FileNames, fileNames, resolveFileName } from '../../runtime/files/index.js';
import { withConfiguration } from '../../runtime/index.js';
import {
  type Arguments,
  configFolder,
  fileError,
  quoted,
  type ReachableDatabase,
  reachable,
} from '../support/index.js';

/** A database file, and its name in messages. */
export interface DatabaseFile {
  readonly kind: 'file';
  readonly path: string;
  readonly names: FileNames;
}

export type FoundDatabase = DatabaseFile | ReachableDatabase;

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

function isDatabaseName(written: string): written is DatabaseName {
  return databaseNames.some((name) => name === written);
}

/**
 * Where a database of the configuration is. Throws ConfigError if the configuration has errors or no such
 * database.
 */
async function configured(given: Arguments, name: DatabaseName): Promise<FoundDatabase> {
  const folder = join(configFolder(given), 'pmdf');
  return await withConfiguration(folder, (opened): FoundDatabase => {
    const { settings } = opened.configuration.sources;
    const setting = settings.databases[name];
    if (setting === null) {
      const hint = `name one in pmdf.yaml: databases: { ${name}: FILE }`;
      throw fileError(name, `the configuration has no ${name} database`, hint);
    }
    if (setting.kind === 'file') {
      const path = resolveFileName(folder, setting.file);
      return { kind: 'file', path, names: fileNames(folder, path) };
    }
    return reachable(opened, { name, title: databaseTitle(name), path: `databases.${name}`, setting });
  });
}

/**
 * Finds the database that a word of the command line means: a file of that name, else the database of the
 * configuration with that name. The file need not exist. Throws ConfigError.
 */
export async function findDatabase(given: Arguments, written: string): Promise<FoundDatabase> {
  if (!existsSync(written) && isDatabaseName(written)) return await configured(given, written);
  return { kind: 'file', path: written, names: { name: written, shortName: written } };
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
