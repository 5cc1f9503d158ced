/*
 * The entries of a database in a file, all of them, as look-ups see them: the first of a key counts.
 */
import type { FileDatabase } from '../../lib/config/index.js';
import { resolveFileName, SourceReader } from '../files/index.js';
import { openCdbFile } from './cdb-file.js';
import { foldKey, isCdbName } from './database.js';
import { textEntries } from './text-entries.js';

/** An entry; the key is folded. */
export interface WholeEntry {
  readonly key: string;
  readonly value: string;
}

function* cdbEntries(path: string): Generator<{ key: string; value: string } | null> {
  const opened = openCdbFile(path);
  if (opened.kind !== 'open') {
    yield null;
    return;
  }
  try {
    for (const record of opened.file.records()) {
      if (record.kind === 'damaged') yield null;
      else yield { key: record.key.toString('utf8'), value: record.value.toString('utf8') };
    }
  } finally {
    opened.file.close();
  }
}

/** Reads a database of `folder`, the path of config/pmdf; a missing one is empty. Null if it cannot be read whole. */
export function wholeContents(folder: string, { file }: FileDatabase): readonly WholeEntry[] | null {
  const reader = new SourceReader(folder);
  const found = new Map<string, string>();
  if (reader.isMissing(file)) return [];
  if (isCdbName(file)) {
    for (const entry of cdbEntries(resolveFileName(folder, file))) {
      if (entry === null) return null;
      const key = foldKey(entry.key);
      if (!found.has(key)) found.set(key, entry.value);
    }
  } else {
    const outcome = reader.read(file);
    if (outcome.kind !== 'read') return null;
    for (const { key, value } of textEntries(outcome.source)) {
      const folded = foldKey(key);
      if (!found.has(folded)) found.set(folded, value);
    }
  }
  return [...found].map(([key, value]) => ({ key, value }));
}
