/*
 * The contents of databases on this machine, read whole for a proof. A database on a server has none that could be read whole.
 */
import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import type { Settings } from '../../lib/config/index.js';
import type { DatabaseName } from '../../lib/engine/index.js';
import type { ContentsEntry, DatabaseContents } from '../../lib/proof/index.js';
import { SourceReader } from '../files/index.js';
import { type CdbFile, openCdbFile } from './cdb-file.js';
import { isCdbName } from './database.js';
import { textEntries } from './text-entries.js';

/** The records of a CDB file; null if it is damaged. */
function recordsOf(file: CdbFile): readonly ContentsEntry[] | null {
  const found: ContentsEntry[] = [];
  for (const step of file.records()) {
    if (step.kind === 'damaged') return null;
    // What is not text is an answer that fails.
    if (isUtf8(step.key) && isUtf8(step.value)) {
      found.push({ key: step.key.toString('utf8'), value: step.value.toString('utf8') });
    }
  }
  return found;
}

function cdbEntries(path: string): readonly ContentsEntry[] | null {
  const opened = openCdbFile(path);
  if (opened.kind === 'missing') return [];
  if (opened.kind !== 'open') return null;
  try {
    return recordsOf(opened.file);
  } finally {
    opened.file.close();
  }
}

/** Gives the contents of the databases of a configuration; `folder` is the path of config/pmdf. Each is read once. */
export function databaseContents(
  { databases }: Pick<Settings, 'databases'>,
  folder: string,
): DatabaseContents {
  const read = new Map<string, readonly ContentsEntry[] | null>();
  const readAll = (database: DatabaseName): readonly ContentsEntry[] | null => {
    const setting = databases[database];
    if (setting === null) return [];
    if (setting.kind === 'store') return null;
    if (isCdbName(setting.file)) return cdbEntries(resolve(folder, setting.file));
    const outcome = new SourceReader(folder).read(setting.file);
    if (outcome.kind === 'missing') return [];
    return outcome.kind === 'read' ? [...textEntries(outcome.source)] : null;
  };
  return (database) => {
    const known = read.get(database);
    if (known !== undefined) return known;
    const entries = readAll(database);
    read.set(database, entries);
    return entries;
  };
}
