/*
 * Opens the databases of directory channels, in files and in stores. A file that is missing is an error, unless it was open before: then it is in use, and
 * its look-ups fail until it is there again.
 * Ref: PMDF 3.2.5
 */
import type { Settings } from '../lib/config/index.js';
import { type Directory, type DirectorySource, directoryFile } from '../lib/directory/index.js';
import { errorAt, type Span } from '../lib/text/index.js';
import type { DirectoryDatabase, DirectoryDatabases, OpenDatabases } from './databases/index.js';
import { openDirectoryInStore, type Pools } from './open-in-stores.js';
import type { OptionalFiles } from './optional-files.js';

/** What one database is opened for. */
interface Wanted {
  readonly domain: string;
  readonly file: string | null;
  readonly place: Span;
}

function openOne(
  { reader, diagnostics }: OptionalFiles,
  open: OpenDatabases,
  { domain, file, place }: Wanted,
): DirectoryDatabase | null {
  const names = directoryFile(domain, file);
  // A missing one is looked for, so that it causes a reload when it appears.
  const there = names.filter((name) => !reader.isMissing(name));
  const name = there[0] ?? names.find((one) => open.isOpen(one));
  if (name === undefined) {
    const [first] = names;
    const message = `the database of the pseudo domain \`${domain}\` is missing: \`${first}\``;
    const hint = `\`pmdf crdb -duplicates ${domain}.txt ${first}\` makes it of a text file`;
    diagnostics.push(errorAt(place, 'directory/no-database', message, { hint }));
    return null;
  }
  const opened = open.openDirectory(name);
  diagnostics.append(opened.diagnostics);
  return opened.value;
}

/** What the databases of directory channels are opened in. */
interface Opening {
  readonly files: OptionalFiles;
  readonly open: OpenDatabases;
  readonly pools: Pools;
  readonly settings: Settings;
}

/** The database of one domain, if it has one; null if that cannot be used, which is reported. */
function openFor(
  { files, open, pools, settings }: Opening,
  { channel, places, span }: Directory,
  domain: string,
  source: DirectorySource,
): DirectoryDatabase | null {
  switch (source.kind) {
    case 'ldap':
      return null;
    case 'store': {
      const setting = settings.directories.get(channel)?.domains.get(domain);
      return setting?.kind === 'store' ? openDirectoryInStore(pools, settings, setting) : null;
    }
    case 'database':
      return openOne(files, open, { domain, file: source.file, place: places.get(domain) ?? span });
  }
}

/** Opens the databases of directory channels; what is wrong with them is added to the diagnostics of the files. */
export function openDirectories(
  opening: Opening,
  directories: ReadonlyMap<string, Directory>,
): DirectoryDatabases {
  const found = new Map<string, ReadonlyMap<string, DirectoryDatabase>>();
  for (const directory of directories.values()) {
    const ofChannel = new Map<string, DirectoryDatabase>();
    for (const [domain, source] of directory.domains) {
      const database = openFor(opening, directory, domain, source);
      if (database !== null) ofChannel.set(domain, database);
    }
    found.set(directory.channel, ofChannel);
  }
  return found;
}
