/*
 * The text databases of a configuration, for the lint of `pmdf check`. What is wrong with them is reported elsewhere.
 */
import type { DatabaseSettings, Settings } from '../../lib/config/index.js';
import { type DatabaseName, databaseNames } from '../../lib/engine/index.js';
import type { DatabaseEntry } from '../../lib/lint/index.js';
import type { SourceFile } from '../../lib/text/index.js';
import { SourceReader } from '../files/index.js';
import { isCdbName } from './database.js';
import { parseDatabaseLine } from './database-line.js';
import { physicalLine } from './parse-database.js';

interface TextDatabase {
  readonly database: DatabaseName;
  /** Null if it is compiled, in a store, or cannot be read. */
  readonly source: SourceFile | null;
}

/** The databases that exist; a missing one is empty. */
function textDatabases(databases: DatabaseSettings, folder: string): TextDatabase[] {
  const reader = new SourceReader(folder);
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
export function databaseTexts({ databases }: Settings, folder: string): readonly string[] | null {
  const sources = textDatabases(databases, folder).map(({ source }) => source);
  const texts = sources.flatMap((source) => source?.text ?? []);
  return texts.length < sources.length ? null : texts;
}

function* entriesOf(database: DatabaseName, source: SourceFile): Generator<DatabaseEntry> {
  const { text } = source;
  for (let start = 0; start < text.length; ) {
    const { line, next } = physicalLine(text, start);
    const parsed = parseDatabaseLine(line);
    if (parsed.kind === 'entry') {
      const { key, value } = parsed;
      const valueAt = start + line.indexOf(value, key.length);
      const keySpan = { source, offset: start, length: key.length };
      const valueSpan = { source, offset: valueAt, length: value.length };
      yield { database, key, value, keySpan, valueSpan };
    }
    start = next;
  }
}

/** The entries of all text databases that can be read. */
export function* databaseEntries({ databases }: Settings, folder: string): Generator<DatabaseEntry> {
  for (const { database, source } of textDatabases(databases, folder)) {
    if (source !== null) yield* entriesOf(database, source);
  }
}
