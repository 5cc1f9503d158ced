/*
 * The entries of a text database with their places. Wrong lines are left out; what reads the database reports them.
 */
import type { SourceFile, Span } from '../../lib/text/index.js';
import { parseDatabaseLine } from './database-line.js';
import { physicalLine } from './parse-database.js';

interface PlacedEntry {
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

export function* textEntries(source: SourceFile): Generator<PlacedEntry> {
  const { text } = source;
  for (let start = 0; start < text.length; ) {
    const { line, next } = physicalLine(text, start);
    const parsed = parseDatabaseLine(line);
    if (parsed.kind === 'entry') {
      const { key, value } = parsed;
      const valueAt = start + line.indexOf(value, key.length);
      const keySpan = { source, offset: start, length: key.length };
      yield { key, value, keySpan, valueSpan: { source, offset: valueAt, length: value.length } };
    }
    start = next;
  }
}
