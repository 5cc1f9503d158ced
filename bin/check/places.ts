/*
 * Where a finding is, for programs that show it in a file.
 */
import { charactersOf, lineColumnAt, type Span } from '../../lib/text/index.js';

/** From the first character to the one after the last; lines and columns count from 1, columns in characters. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The region of a span; null where a file has no text, such as one that is missing. */
export function regionOf({ source, offset, length }: Span): Region | null {
  if (charactersOf(source).length === 0) return null;
  const start = lineColumnAt(source, offset);
  const end = lineColumnAt(source, offset + length);
  return { ...start, endLine: end.line, endColumn: end.column };
}
