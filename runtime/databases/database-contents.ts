/*
 * The contents of databases on this machine, read whole for a proof. A database on a server has none that could be read whole.
 */
import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import type { Settings } from '../../lib/config/index.js';
import type { DatabaseName } from '../../lib/engine/index.js';
import type { ContentsEntry, DatabaseContents } from '../../lib/proof/index.js';
import { openCdbFile } from './cdb-file.js';
import { isCdbName } from './database.js';
import { type DatabaseReader, databaseReader } from './database-reader.js';
import { lineEntries } from './text-entries.js';

/** The records of a CDB file. Throws where it is damaged. */
function* cdbEntries(path: string): Generator<ContentsEntry> {
  const opened = openCdbFile(path);
  if (opened.kind === 'missing') return;
  if (opened.kind !== 'open') throw new Error(opened.cause);
  const { file } = opened;
  try {
    for (const step of file.records()) {
      if (step.kind === 'damaged') throw new Error(step.cause);
      // What is not text is an answer that fails.
      if (isUtf8(step.key) && isUtf8(step.value)) {
        yield { key: step.key.toString('utf8'), value: step.value.toString('utf8') };
      }
    }
  } finally {
    file.close();
  }
}

function isWholeCdb(path: string): boolean {
  const opened = openCdbFile(path);
  if (opened.kind !== 'open') return opened.kind === 'missing';
  const { file } = opened;
  try {
    for (const step of file.records()) if (step.kind === 'damaged') return false;
    return true;
  } finally {
    file.close();
  }
}

function* textContents(text: string): Generator<ContentsEntry> {
  for (const { key, value } of lineEntries(text)) yield { key, value };
}

/** Something that can be gone through again and again. */
function repeatable<T>(begin: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: begin };
}

/**
 * Gives the contents of the databases of a configuration, entry by entry as they are asked for; `folder` is the path of config/pmdf.
 * A text is read once, a CDB file again each time. Going through one throws if the file has become damaged.
 */
export function databaseContents(
  { databases }: Pick<Settings, 'databases'>,
  folder: string,
  reader: DatabaseReader = databaseReader(folder),
): DatabaseContents {
  const known = new Map<DatabaseName, Iterable<ContentsEntry> | null>();
  const open = (database: DatabaseName): Iterable<ContentsEntry> | null => {
    const setting = databases[database];
    if (setting === null) return [];
    if (setting.kind === 'store') return null;
    if (isCdbName(setting.file)) {
      const path = resolve(folder, setting.file);
      return isWholeCdb(path) ? repeatable(() => cdbEntries(path)) : null;
    }
    const outcome = reader.read(setting.file);
    if (outcome.kind === 'missing') return [];
    if (outcome.kind !== 'read') return null;
    const { source } = outcome;
    return repeatable(() => textContents(source.text));
  };
  return (database) => {
    const opened = known.get(database);
    if (opened !== undefined) return opened;
    const made = open(database);
    known.set(database, made);
    return made;
  };
}
