/*
 * Opens the databases of directory channels. One that is missing is an error, unless it was open before: then it is in use, and
 * its look-ups fail until it is there again.
 * Ref: PMDF 3.2.5
 */
import { type Directory, directoryFile } from '../lib/directory/index.js';
import { errorAt, type Span } from '../lib/text/index.js';
import type { DirectoryDatabase, DirectoryDatabases, OpenDatabases } from './databases/index.js';
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

/** Opens the databases of directory channels; what is wrong with them is added to the diagnostics of the files. */
export function openDirectories(
  files: OptionalFiles,
  open: OpenDatabases,
  directories: ReadonlyMap<string, Directory>,
): DirectoryDatabases {
  const found = new Map<string, ReadonlyMap<string, DirectoryDatabase>>();
  for (const { channel, domains, places, span } of directories.values()) {
    const ofChannel = new Map<string, DirectoryDatabase>();
    for (const [domain, source] of domains) {
      if (source.kind !== 'database') continue;
      const place = places.get(domain) ?? span;
      const database = openOne(files, open, { domain, file: source.file, place });
      if (database !== null) ofChannel.set(domain, database);
    }
    found.set(channel, ofChannel);
  }
  return found;
}
