/*
 * The entries of those databases of a configuration that are text, one by one, for the lint of `pmdf check`. What cannot
 * be read, or is compiled, is left out; other findings tell of it.
 */
import type { DatabaseSettings, Settings } from '../../lib/config/index.js';
import type { DatabaseEntry } from '../../lib/lint/index.js';
import { SourceReader } from '../files/index.js';
import { parseDatabaseLine } from './database-line.js';

const databaseNames = [
  'general',
  'alias',
  'forward',
  'domain',
  'reverse',
] as const satisfies readonly (keyof DatabaseSettings)[];

/** Goes through the entries of every text database. */
export function* databaseEntries({ databases }: Settings, folder: string): Generator<DatabaseEntry> {
  const reader = new SourceReader(folder);
  for (const database of databaseNames) {
    const setting = databases[database];
    if (setting === null || /\.cdb$/i.test(setting.file)) continue;
    const outcome = reader.read(setting.file);
    if (outcome.kind !== 'read') continue;
    const { source } = outcome;
    for (let start = 0; start < source.text.length; ) {
      const newline = source.text.indexOf('\n', start);
      const end = newline === -1 ? source.text.length : newline;
      const text = source.text.slice(start, end);
      const line = parseDatabaseLine(text.endsWith('\r') ? text.slice(0, -1) : text);
      if (line.kind === 'entry') {
        const { key, value } = line;
        const offset = start + text.indexOf(value, key.length);
        yield {
          database,
          key,
          value,
          keySpan: { source, offset: start, length: key.length },
          valueSpan: { source, offset, length: value.length },
        };
      }
      start = end + 1;
    }
  }
}
