/*
 * All databases that the settings put into stores: those of rules and tables, of directory channels, of passwords.
 */
import type { StoreDatabase } from './settings/databases.js';
import type { Settings } from './settings.js';

/** A database in a store. */
export interface DatabaseInStore {
  /** As a command has it: `alias`, `passwords`, or the pseudo domain of a directory channel. */
  readonly name: string;
  /** As a sentence has it: `the alias database`. */
  readonly title: string;
  /** The path of its setting, such as `databases.alias`. */
  readonly path: string;
  readonly setting: StoreDatabase;
}

/** The title of one of `databases`. */
export function databaseTitle(name: string): string {
  return `the ${name} database`;
}

/** The databases in stores, in the order of the settings. */
export function databasesInStores({
  auth,
  databases,
  directories,
}: Pick<Settings, 'auth' | 'databases' | 'directories'>): readonly DatabaseInStore[] {
  const found: DatabaseInStore[] = [];
  if (auth.passwords !== null) {
    const path = 'auth.passwords';
    found.push({ name: 'passwords', title: databaseTitle('password'), path, setting: auth.passwords });
  }
  for (const [name, setting] of Object.entries(databases)) {
    if (setting?.kind !== 'store') continue;
    found.push({ name, title: databaseTitle(name), path: `databases.${name}`, setting });
  }
  for (const [channel, { domains }] of directories) {
    for (const [name, setting] of domains) {
      if (setting.kind !== 'store') continue;
      const path = `directories.${channel}.domains.${name}`;
      found.push({ name, title: `the database of \`${name}\``, path, setting });
    }
  }
  return found;
}
