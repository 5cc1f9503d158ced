/*
 * A configuration file as text, and places in it.
 * Lines and columns are computed only when needed: 1-based, in characters; a tab counts one.
 */

/** One file of the configuration, already read; `name` is for people, `shortName` names entries (`mappings:14`). */
export interface SourceFile {
  readonly name: string;
  readonly shortName: string;
  readonly text: string;
  /** The `<` line that included this file, if one did. */
  readonly includedFrom?: Span;
}

/** A stretch of one file: offset and length in UTF-16 units. */
export interface Span {
  readonly source: SourceFile;
  readonly offset: number;
  readonly length: number;
}

/** The place of a whole file, for a message without an excerpt. */
export function spanOfFile({ name, shortName }: Pick<SourceFile, 'name' | 'shortName'>): Span {
  return { source: { name, shortName, text: '' }, offset: 0, length: 0 };
}

/** The start of a file, for a message about the whole file. */
export function startOf(source: SourceFile): Span {
  return { source, offset: 0, length: 0 };
}

/** A place as people name it. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<SourceFile, Uint32Array>();

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function startsOf(source: SourceFile): Uint32Array {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const { text } = source;
  const starts = new Uint32Array(countLines(text));
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    starts[line] = at + 1;
    line += 1;
  }
  lineStarts.set(source, starts);
  return starts;
}

/** How many characters a stretch of text has; a pair of surrogates is one. */
function charactersIn(text: string, start: number, end: number): number {
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
  const column = charactersIn(source.text, lineStart, Math.min(offset, source.text.length)) + 1;
  return { line: low + 1, column };
}

/** The text of a 1-based line, without its line end. */
export function lineText(source: SourceFile, line: number): string {
  const starts = startsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const next = starts[line];
  const end = next === undefined ? source.text.length : next - 1;
  const text = source.text.slice(start, end);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** Names a place the way logs and traces name entries: `mappings:14`. */
export function placeOf(span: Span): string {
  return `${span.source.shortName}:${lineColumnAt(span.source, span.offset).line}`;
}
