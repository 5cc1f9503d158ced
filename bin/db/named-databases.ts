/*
 * The databases that a command can name because the configuration has them: `general` and the others of `databases`, and those of
 * the pseudo domains of directory channels, each by its domain. Where several channels have the same domain, its name begins with
 * the channel: `directory:example.com`.
 */
import { existsSync } from 'node:fs';
import { foldDomain } from '../../lib/address/index.js';
import { databasesInStores } from '../../lib/config/index.js';
import { type DirectorySource, directoryFile } from '../../lib/directory/index.js';
import { type DatabaseName, databaseNames } from '../../lib/engine/index.js';
import { nearest } from '../../lib/text/index.js';
import { type FileNames, fileNames, resolveFileName } from '../../runtime/files/index.js';
import type { OpenConfiguration } from '../../runtime/index.js';
import { fileError, quoted, type ReachableDatabase, reachable } from '../support/index.js';

/** The pseudo domain of a directory channel. In its database a key may have several values. */
export interface PseudoDomain {
  readonly channel: string;
  readonly domain: string;
}

/** A database file, and its name in messages; `directory` is null for all but those of directory channels. */
export interface DatabaseFile {
  readonly kind: 'file';
  readonly path: string;
  readonly names: FileNames;
  readonly directory: PseudoDomain | null;
}

/** A database in a store. */
export interface FoundInStore extends ReachableDatabase {
  readonly directory: PseudoDomain | null;
}

export type FoundDatabase = DatabaseFile | FoundInStore;

interface NamedDomain extends PseudoDomain {
  readonly name: string;
  readonly source: DirectorySource;
}

function isDatabaseName(written: string): written is DatabaseName {
  return databaseNames.some((name) => name === written);
}

/** The pseudo domains, by their names. */
function namedDomains({ configuration: { policy } }: OpenConfiguration): readonly NamedDomain[] {
  const directories = [...policy.directories.values()];
  return directories.flatMap(({ channel, domains }) =>
    [...domains].map(([domain, source]): NamedDomain => {
      const isShared = directories.some((other) => other.channel !== channel && other.domains.has(domain));
      return { channel, domain, source, name: isShared ? `${channel}:${domain}` : domain };
    }),
  );
}

function fileIn(folder: string, file: string, directory: PseudoDomain | null): DatabaseFile {
  const path = resolveFileName(folder, file);
  return { kind: 'file', path, names: fileNames(folder, path), directory };
}

function inStore(opened: OpenConfiguration, path: string, directory: PseudoDomain | null): FoundInStore {
  const { settings } = opened.configuration.sources;
  const database = databasesInStores(settings).find((one) => one.path === path);
  if (database === undefined) throw new Error(`${path} is not in a store`);
  return { ...reachable(opened, database), directory };
}

/** One of `databases`. Throws ConfigError if the configuration has no such database. */
function ownDatabase(folder: string, opened: OpenConfiguration, name: DatabaseName): FoundDatabase {
  const setting = opened.configuration.sources.settings.databases[name];
  if (setting?.kind === 'file') return fileIn(folder, setting.file, null);
  if (setting?.kind === 'store') return inStore(opened, `databases.${name}`, null);
  const hint = `name one in pmdf.yaml: databases: { ${name}: FILE }`;
  throw fileError(name, `the configuration has no ${name} database`, hint);
}

/** The database of a pseudo domain. Throws ConfigError if its mailboxes are searched for in LDAP. */
function domainDatabase(folder: string, opened: OpenConfiguration, named: NamedDomain): FoundDatabase {
  const { channel, domain, source, name } = named;
  const directory = { channel, domain };
  switch (source.kind) {
    case 'database': {
      const files = directoryFile(domain, source.file).map((file) => fileIn(folder, file, directory));
      const [first] = files;
      const file = files.find(({ path }) => existsSync(path)) ?? first;
      if (file === undefined) throw new Error(`the database of ${name} has no file`);
      return file;
    }
    case 'store':
      return inStore(opened, `directories.${channel}.domains.${domain}`, directory);
    case 'ldap': {
      const message = `the mailboxes of ${quoted(name)} are searched for in LDAP, not in a database`;
      throw fileError(name, message, '`pmdf explain` shows what a search finds');
    }
  }
}

function hintFor(domains: readonly NamedDomain[], names: readonly string[], written: string): string {
  if (written === 'passwords') return '`pmdf password` works on passwords';
  const shared = domains.filter(({ domain }) => domain === foldDomain(written));
  if (shared.length > 0) return `write ${shared.map(({ name }) => quoted(name)).join(' or ')}`;
  const near = nearest(written, names);
  if (near !== undefined) return `did you mean ${quoted(near)}?`;
  return `to make a new file, write ${[`${written}.cdb`, `${written}.txt`, `./${written}`].map(quoted).join(' or ')}`;
}

/** The error for a name that the configuration does not have. */
function unknown(opened: OpenConfiguration, domains: readonly NamedDomain[], written: string): Error {
  const { databases } = opened.configuration.sources.settings;
  const own = databaseNames.filter((name) => databases[name] !== null);
  const inDatabases = domains.filter(({ source }) => source.kind !== 'ldap');
  const names = [...own, ...inDatabases.map(({ name }) => name)];
  const message =
    names.length === 0
      ? `${quoted(written)} is not a file, and the configuration has no databases`
      : `${quoted(written)} is neither a file nor a database of the configuration: ${names.map(quoted).join(', ')}`;
  return fileError(written, message, hintFor(inDatabases, names, written));
}

/** The database of that name. `folder` is the path of config/pmdf. Throws ConfigError. */
export function namedDatabase(folder: string, opened: OpenConfiguration, written: string): FoundDatabase {
  if (isDatabaseName(written)) return ownDatabase(folder, opened, written);
  const domains = namedDomains(opened);
  const [, channel, domain = written] = /^([^:]*):(.*)$/.exec(written) ?? [];
  const folded = foldDomain(domain);
  const found = domains.find(
    (one) => one.domain === folded && (channel === undefined ? one.name === folded : one.channel === channel),
  );
  if (found === undefined) throw unknown(opened, domains, written);
  return domainDatabase(folder, opened, found);
}
