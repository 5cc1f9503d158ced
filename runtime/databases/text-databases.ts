/*
 * The text databases of a configuration, for the lint of `pmdf check`. What is wrong with them is reported elsewhere.
 */
import type { DatabaseSettings, Settings } from '../../lib/config/index.js';
import { type DatabaseName, databaseNames } from '../../lib/engine/index.js';
import type { DatabaseEntry } from '../../lib/lint/index.js';
import type { SourceFile } from '../../lib/text/index.js';
import { isCdbName } from './database.js';
import { type DatabaseReader, databaseReader } from './database-reader.js';
import { textEntries } from './text-entries.js';

interface TextDatabase {
  readonly database: DatabaseName;
  /** Null if it is compiled, in a store, or cannot be read. */
  readonly source: SourceFile | null;
}

/** The databases that exist; a missing one is empty. */
function textDatabases(databases: DatabaseSettings, reader: DatabaseReader): TextDatabase[] {
  return databaseNames.flatMap((database): TextDatabase[] => {
    const setting = databases[database];
    if (setting === null) return [];
    if (setting.kind === 'store' || isCdbName(setting.file)) return [{ database, source: null }];
    const outcome = reader.read(setting.file);
    if (outcome.kind === 'missing') return [];
    return [{ database, source: outcome.kind === 'read' ? outcome.source : null }];
  });
}

/** The texts of all databases in `folder`, the path of config/pmdf; null if one is compiled, in a store, or
 * cannot be read. */
export function databaseTexts(
  { databases }: Settings,
  folder: string,
  reader: DatabaseReader = databaseReader(folder),
): readonly string[] | null {
  const sources = textDatabases(databases, reader).map(({ source }) => source);
  const texts = sources.flatMap((source) => source?.text ?? []);
  return texts.length < sources.length ? null : texts;
}

/** The entries of all text databases that can be read. */
export function* databaseEntries(
  { databases }: Settings,
  folder: string,
  reader: DatabaseReader = databaseReader(folder),
): Generator<DatabaseEntry> {
  for (const { database, source } of textDatabases(databases, reader)) {
    if (source === null) continue;
    for (const entry of textEntries(source)) yield { database, ...entry };
  }
}
