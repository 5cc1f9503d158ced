/*
 * A configuration file as text, and places in it.
 * Lines and columns are computed only when somebody looks: 1-based, in characters; a tab counts one.
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

/** A place as people name it. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<SourceFile, readonly number[]>();

function startsOf(source: SourceFile): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  lineStarts.set(source, starts);
  return starts;
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
  const column = Array.from(source.text.slice(lineStart, offset)).length + 1;
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
