/*
 * The entries of the databases of directory channels, for the lint of `pmdf check`. What is wrong with the files is reported
 * elsewhere.
 */
import { type Directory, directoryFile } from '../../lib/directory/index.js';
import type { DirectoryEntryText } from '../../lib/lint/index.js';
import { spanOfFile } from '../../lib/text/index.js';
import { fileNames, resolveFileName, SourceReader } from '../files/index.js';
import { openCdbFile } from './cdb-file.js';
import { isCdbName } from './database.js';
import { textEntries } from './text-entries.js';

type Of = Pick<DirectoryEntryText, 'channel' | 'domain'>;

function* entriesOfCdb(folder: string, name: string, of: Of): Generator<DirectoryEntryText> {
  const path = resolveFileName(folder, name);
  const span = spanOfFile(fileNames(folder, path));
  const opened = openCdbFile(path);
  if (opened.kind !== 'open') return;
  try {
    for (const record of opened.file.records()) {
      if (record.kind === 'damaged') return;
      const [key, value] = [record.key.toString('utf8'), record.value.toString('utf8')];
      yield { ...of, key, value, keySpan: span, valueSpan: span };
    }
  } finally {
    opened.file.close();
  }
}

/** The file of a domain that is there. */
function fileThere(reader: SourceReader, domain: string, file: string | null): string | undefined {
  return directoryFile(domain, file).find((name) => !reader.isMissing(name));
}

/** The entries of all directory databases in `folder`, the path of config/pmdf, that can be read. */
export function* directoryEntries(
  directories: ReadonlyMap<string, Directory>,
  folder: string,
): Generator<DirectoryEntryText> {
  const reader = new SourceReader(folder);
  for (const { channel, domains } of directories.values()) {
    for (const [domain, source] of domains) {
      const name = source.kind === 'database' ? fileThere(reader, domain, source.file) : undefined;
      if (name === undefined) continue;
      const of = { channel, domain };
      if (isCdbName(name)) {
        yield* entriesOfCdb(folder, name, of);
        continue;
      }
      const outcome = reader.read(name);
      if (outcome.kind !== 'read') continue;
      for (const entry of textEntries(outcome.source)) yield { ...of, ...entry };
    }
  }
}
