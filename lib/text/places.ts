/*
 * Places in a file as people name them. Lines and columns are computed only when needed: 1-based, in characters; a tab counts
 * one.
 */
import { type Characters, charactersOf } from './octet-source.js';
import type { SourceFile, Span } from './source.js';

/** A place as people name it. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<SourceFile, Uint32Array>();

function countLines(text: Characters): number {
  let count = 1;
  for (let at = text.indexOf('\n', 0); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function startsOf(source: SourceFile): Uint32Array {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const text = charactersOf(source);
  const starts = new Uint32Array(countLines(text));
  let line = 1;
  for (let at = text.indexOf('\n', 0); at !== -1; at = text.indexOf('\n', at + 1)) {
    starts[line] = at + 1;
    line += 1;
  }
  lineStarts.set(source, starts);
  return starts;
}

/** How many characters a stretch of text has; a pair of surrogates is one. */
function charactersIn(text: Characters, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    const isSecondHalf =
      code >= 0xdc00 && code <= 0xdfff && at > start && isFirstHalf(text.charCodeAt(at - 1));
    if (!isSecondHalf) count += 1;
  }
  return count;
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** Finds line and column of an offset; an offset past the end belongs to the last line. */
export function lineColumnAt(source: SourceFile, offset: number): LineColumn {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const lineStart = starts[low] ?? 0;
  const text = charactersOf(source);
  const column = charactersIn(text, lineStart, Math.min(offset, text.length)) + 1;
  return { line: low + 1, column };
}

/** The text of a 1-based line, without its line end. */
export function lineText(source: SourceFile, line: number): string {
  const starts = startsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const next = starts[line];
  const characters = charactersOf(source);
  const text = characters.slice(start, next === undefined ? characters.length : next - 1);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** Names a place the way logs and traces name entries: `mappings:14`. */
export function placeOf(span: Span): string {
  return `${span.source.shortName}:${lineColumnAt(span.source, span.offset).line}`;
}
