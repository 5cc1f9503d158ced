/*
 * The database that a command is about: a file, or one that the configuration names (`general`).
 */

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type DatabaseName, databaseNames } from '../../lib/engine/index.js';
import { errorAt } from '../../lib/text/index.js';
import { OpenDatabases } from '../../runtime/databases/index.js';
import { type FileNames, fileNames, resolveFileName } from '../../runtime/files/index.js';
import { ConfigError, loadConfiguration } from '../../runtime/index.js';
import { systemClock } from '../../runtime/time/index.js';
import { type Arguments, configFolder, quoted } from '../support/index.js';

/** A database file, and how people are shown it. */
export interface DatabaseFile {
  readonly path: string;
  readonly names: FileNames;
}

/** The octets in which a CDB file has its table of tables; a text has no NUL there. */
const headerOctets = 2048;

/** Whether a file is a CDB file: by its name, or by what it begins with. */
export function isCdb(path: string): boolean {
  if (extname(path).toLowerCase() === '.cdb') return true;
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

function absence(written: string, message: string, hint: string): ConfigError {
  const span = { source: { name: written, shortName: written, text: '' }, offset: 0, length: 0 };
  return new ConfigError([errorAt(span, 'file/missing', message, { hint })]);
}

/** The file of a database of the configuration. Throws ConfigError where the configuration has none or is broken. */
function configured(given: Arguments, name: DatabaseName): DatabaseFile {
  const folder = join(configFolder(given), 'pmdf');
  const open = new OpenDatabases(folder, { clock: systemClock, report: () => undefined });
  try {
    const { value, diagnostics } = loadConfiguration(folder, open);
    if (value === null) throw new ConfigError(diagnostics.filter((one) => one.severity === 'error'));
    const setting = value.policy.settings.databases[name];
    if (setting === null)
      throw absence(
        name,
        `the configuration has no ${name} database`,
        `name one in pmdf.yaml: databases: { ${name}: FILE }`,
      );
    const path = resolveFileName(folder, setting.file);
    return { path, names: fileNames(folder, path) };
  } finally {
    open.close();
  }
}

/**
 * Finds the file that a word of the command line means: a file of that name, else the database of the configuration
 * with that name. A file that is missing is found too, for commands that make it. Throws ConfigError.
 */
export function findDatabase(given: Arguments, written: string): DatabaseFile {
  if (!existsSync(written) && isDatabaseName(written)) return configured(given, written);
  return { path: written, names: { name: written, shortName: written } };
}

/**
 * Throws ConfigError where a database is a text, which the command cannot change. What is missing or is not a file is for
 * the change itself to say.
 */
export function requireCdb({ path, names }: DatabaseFile): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true || isCdb(path)) return;
  throw absence(
    names.name,
    `${quoted(names.name)} is a text file, which this command does not change`,
    'edit it, or make a database of it with `pmdf crdb` and name that in pmdf.yaml',
  );
}
