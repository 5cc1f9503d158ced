/*
 * Logical lines: what every line-based file of PMDF shares.
 *   `!` in column 1        a comment
 *   only blanks            a blank line; of several in a row two are kept
 *   `<file` in column 1    the named file is read here; `<blank line>`, as manuals print it, is an error and a blank line
 *   `\` at the end         the next line is joined to this one as it is
 * Every character keeps the place it came from. A line that is longer than any language needs is an error and left out.
 * Ref: PMDF 2.4.1, 5.2
 */
import { type Diagnostic, errorAt, type Parsed } from './diagnostic.js';
import { DiagnosticList } from './diagnostic-list.js';
import { charactersOf, includedAt } from './octet-source.js';
import { placeOf } from './places.js';
import { atOnce, perSlice, type Slices } from './slices.js';
import type { SourceFile, Span } from './source.js';
import { tableFileName } from './table-file-name.js';

/** Part of a logical line that comes from one physical line. */
interface Piece {
  readonly start: number;
  readonly source: SourceFile;
  readonly offset: number;
}

/** A line as the languages see it: continuations joined, includes resolved. */
export interface LogicalLine {
  readonly kind: 'text' | 'blank' | 'comment';
  /** Without line ends; a comment keeps its `!`. */
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Where the text of an included file comes from; undefined when it cannot be read. */
export type ReadInclude = (file: string, from: Span) => SourceFile | undefined;

/** Takes a line as it is read. */
export type TakeLine = (line: LogicalLine) => void;

const maximumDepth = 3;

/** The longest line of a file, and the longest one that lines which are continued make together, in characters. */
export const longestLine = 1_048_576;
const longestContinued = 16_777_216;

/** The most lines of a configuration, those of included files among them; each needs about a kilobyte. */
export const mostLines = 1_000_000;

/** So many blank lines in a row are kept; no language tells more from two. */
const mostBlanks = 2;

/** A line whose end is still to come. */
interface OpenLine {
  readonly texts: string[];
  readonly pieces: Piece[];
  length: number;
}

const printedBlankLine = /^<(?:first )?blank line>\s*$/i;

/** Finds the place in a file of a stretch of a logical line. */
export function spanIn(line: LogicalLine, start: number, length: number): Span {
  let low = 0;
  let high = line.pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((line.pieces[middle]?.start ?? 0) <= start) low = middle;
    else high = middle - 1;
  }
  const piece = line.pieces[low];
  if (piece === undefined) throw new Error('a logical line has at least one piece');
  return { source: piece.source, offset: piece.offset + start - piece.start, length };
}

/** The place of a logical line: its first physical line. */
export function spanOfLine(line: LogicalLine): Span {
  const second = line.pieces[1];
  return spanIn(line, 0, second === undefined ? line.text.length : second.start);
}

/** The file itself, and before it those that it was included from, outermost first. */
export function sourceChain(source: SourceFile): SourceFile[] {
  const chain = [source];
  for (let from = source.includedFrom; from !== undefined; from = from.source.includedFrom) {
    chain.unshift(from.source);
  }
  return chain;
}

/** Says where a missing include belongs. */
function includeHint(file: string): string {
  const known = tableFileName(file);
  const name = known ?? file.slice(file.lastIndexOf('/') + 1);
  if (known !== null || name === file) return `put \`${name}\` into the folder of pmdf.cnf or imta.cnf`;
  return `move it to the folder of pmdf.cnf or imta.cnf and write \`<${name}\``;
}

class LineReader {
  readonly diagnostics = new DiagnosticList();
  readonly #printedBlankLines: Span[] = [];
  readonly #readInclude: ReadInclude;
  readonly #take: TakeLine;
  #open: OpenLine | null = null;
  #count = 0;
  /** How many blank lines the last ones are. */
  #blanks = 0;
  #isTooMany = false;

  constructor(readInclude: ReadInclude, take: TakeLine) {
    this.#readInclude = readInclude;
    this.#take = take;
  }

  #give(line: LogicalLine): void {
    this.#count += 1;
    this.#blanks = line.kind === 'blank' ? this.#blanks + 1 : 0;
    this.#take(line);
  }

  *read(source: SourceFile): Slices<void> {
    const text = charactersOf(source);
    let offset = 0;
    let count = 0;
    while (offset < text.length) {
      const newline = text.indexOf('\n', offset);
      const end = newline === -1 ? text.length : newline;
      const bare = end > offset && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      if (bare - offset > longestLine) this.#tooLong(source, offset, bare - offset);
      else {
        const included = this.#physicalLine(source, text.slice(offset, bare), offset);
        if (included !== null) yield* this.read(included);
      }
      if (this.#count > mostLines) {
        this.#tooMany(source, offset);
        return;
      }
      offset = end + 1;
      count += 1;
      if (count % perSlice === 0) yield;
    }
    this.#endOfFile(source);
  }

  /** Reported once, in the file that is one too many; those that include it end there too. */
  #tooMany(source: SourceFile, offset: number): void {
    const isTold = this.#isTooMany;
    this.#isTooMany = true;
    this.#open = null;
    if (isTold) return;
    const message = `there are more than ${mostLines} lines`;
    const hint = 'put large tables into a database made by `pmdf crdb`';
    this.diagnostics.push(errorAt({ source, offset, length: 1 }, 'file/too-large', message, { hint }));
  }

  #tooLong(source: SourceFile, offset: number, length: number): void {
    const message = `the line has ${length} characters, and ${longestLine} are allowed`;
    const hint = 'break the line earlier, with a backslash at each break';
    this.#open = null;
    this.diagnostics.push(errorAt({ source, offset, length: 1 }, 'file/long-line', message, { hint }));
  }

  #endOfFile(source: SourceFile): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const last = open.pieces.at(-1);
    const offset = Math.max(0, (last?.offset ?? 0) + open.length - (last?.start ?? 0));
    this.diagnostics.push(
      errorAt(
        { source, offset, length: 1 },
        'file/open-continuation',
        'the last line ends in a backslash, but nothing follows it',
        { hint: 'remove the backslash at the end of the line' },
      ),
    );
    this.#give({ kind: 'text', text: open.texts.join(''), pieces: open.pieces });
  }

  #blank(source: SourceFile, text: string, offset: number): void {
    if (this.#blanks >= mostBlanks) return;
    this.#give({ kind: 'blank', text, pieces: [{ start: 0, source, offset }] });
  }

  /** Takes a line; gives the file that it includes, which is to be read next. */
  #physicalLine(source: SourceFile, physical: string, offset: number): SourceFile | null {
    if (this.#open === null) {
      if (physical.startsWith('!')) {
        this.#give({ kind: 'comment', text: physical, pieces: [{ start: 0, source, offset }] });
        return null;
      }
      if (printedBlankLine.test(physical)) {
        this.#printedBlankLines.push({ source, offset, length: physical.trimEnd().length });
        this.#give({ kind: 'blank', text: '', pieces: [{ start: 0, source, offset }] });
        return null;
      }
      if (physical.startsWith('<')) {
        return this.#include(physical, { source, offset, length: Math.max(1, physical.length) });
      }
      if (physical.trim() === '') {
        this.#blank(source, physical, offset);
        return null;
      }
    }
    this.#text(source, physical, offset);
    return null;
  }

  #text(source: SourceFile, physical: string, offset: number): void {
    const open = this.#open ?? { texts: [], pieces: [], length: 0 };
    const isContinued = physical.endsWith('\\');
    const text = isContinued ? physical.slice(0, -1) : physical;
    open.pieces.push({ start: open.length, source, offset });
    open.texts.push(text);
    open.length += text.length;
    if (open.length > longestContinued) {
      this.#tooLong(source, offset, open.length);
      return;
    }
    this.#open = isContinued ? open : null;
    if (!isContinued) this.#give({ kind: 'text', text: open.texts.join(''), pieces: open.pieces });
  }

  /** Says once that manuals print blank lines so. */
  end(): void {
    const [first, ...others] = this.#printedBlankLines;
    if (first === undefined) return;
    const related = others.map((span) => ({ message: 'here too', span }));
    const message = '`<blank line>` is how manuals print an empty line';
    const hint = 'leave this line empty';
    this.diagnostics.push(errorAt(first, 'file/blank-line', message, { hint, related }));
  }

  #include(physical: string, from: Span): SourceFile | null {
    const file = physical.slice(1).trim();
    if (file === '') {
      this.diagnostics.push(errorAt(from, 'file/include-name', 'the include names no file'));
      return null;
    }
    const chain = sourceChain(from.source);
    const included = this.#readInclude(file, from);
    if (included === undefined) {
      const message = `the included file \`${file}\` cannot be read`;
      this.diagnostics.push(errorAt(from, 'file/include-missing', message, { hint: includeHint(file) }));
      return null;
    }
    if (chain.some((one) => one.name === included.name)) {
      const names = [...chain.map((one) => one.shortName), included.shortName].join(' -> ');
      const message = `\`${file}\` includes itself: ${names}`;
      const hint = `remove this line, ${placeOf(from)}`;
      this.diagnostics.push(errorAt(from, 'file/include-loop', message, { hint }));
      return null;
    }
    if (chain.length > maximumDepth) {
      const message = `\`${file}\` is included more than three levels deep`;
      const hint = 'include it from a file further out';
      this.diagnostics.push(errorAt(from, 'file/include-depth', message, { hint }));
      return null;
    }
    return includedAt(included, from);
  }
}

/**
 * Reads a file and what it includes into logical lines, each given to `take` as it is read; gives what is wrong. An include
 * that fails is left out and reported.
 */
export function* eachLineInSlices(
  source: SourceFile,
  readInclude: ReadInclude,
  take: TakeLine,
): Slices<readonly Diagnostic[]> {
  const reader = new LineReader(readInclude, take);
  yield* reader.read(source);
  reader.end();
  return reader.diagnostics.all;
}

/** The same with all lines together. */
export function* readLinesInSlices(
  source: SourceFile,
  readInclude: ReadInclude,
): Slices<Parsed<readonly LogicalLine[]>> {
  const lines: LogicalLine[] = [];
  const diagnostics = yield* eachLineInSlices(source, readInclude, (line) => lines.push(line));
  return { value: lines, diagnostics };
}

/** The same at once. */
export function readLogicalLines(
  source: SourceFile,
  readInclude: ReadInclude,
): Parsed<readonly LogicalLine[]> {
  return atOnce(readLinesInSlices(source, readInclude));
}
