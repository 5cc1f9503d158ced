/*
 * The entries of a text database, also with their places. Wrong lines are left out; what reads the database reports them.
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

/** An entry, and the line that begins at an offset of the text. */
interface LineEntry {
  readonly key: string;
  readonly value: string;
  readonly line: string;
  readonly start: number;
}

export function* lineEntries(text: string): Generator<LineEntry> {
  for (let start = 0; start < text.length; ) {
    const { line, next } = physicalLine(text, start);
    const parsed = parseDatabaseLine(line);
    if (parsed.kind === 'entry') yield { key: parsed.key, value: parsed.value, line, start };
    start = next;
  }
}

export function* textEntries(source: SourceFile): Generator<PlacedEntry> {
  for (const { key, value, line, start } of lineEntries(source.text)) {
    const valueAt = start + line.indexOf(value, key.length);
    const keySpan = { source, offset: start, length: key.length };
    yield { key, value, keySpan, valueSpan: { source, offset: valueAt, length: value.length } };
  }
}
