/*
 * Logical lines: what every line-based file of PMDF shares.
 *   `!` in column 1        a comment
 *   only blanks            a blank line
 *   `<file` in column 1    the named file stands here; `<blank line>`, as manuals print it, is an error and a blank line
 *   `\` at the end         the next line goes on here, joined as it is
 * Every character keeps the place it came from.
 * Ref: PMDF 2.4.1, 5.2
 */
import { type Diagnostic, errorAt, type Parsed } from './diagnostic.js';
import { placeOf, type SourceFile, type Span } from './source.js';

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

const maximumDepth = 3;

/** How manuals print a blank line. */
const printedBlankLine = /^<(?:first )?blank line>\s*$/i;

/** Finds the place in a file of a stretch of a logical line. */
export function spanIn(line: LogicalLine, start: number, length: number): Span {
  let piece = line.pieces[0];
  for (const candidate of line.pieces) {
    if (candidate.start <= start) piece = candidate;
  }
  if (piece === undefined) throw new Error('a logical line has at least one piece');
  return { source: piece.source, offset: piece.offset + start - piece.start, length };
}

/** The place of a whole logical line, as far as its first physical line goes. */
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

class LineReader {
  readonly lines: LogicalLine[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #printedBlankLines: Span[] = [];
  readonly #readInclude: ReadInclude;

  constructor(readInclude: ReadInclude) {
    this.#readInclude = readInclude;
  }

  read(source: SourceFile): void {
    const { text } = source;
    let offset = 0;
    let open: { text: string; pieces: Piece[] } | undefined;
    while (offset < text.length) {
      const newline = text.indexOf('\n', offset);
      const end = newline === -1 ? text.length : newline;
      const bare = text.slice(offset, end);
      const physical = bare.endsWith('\r') ? bare.slice(0, -1) : bare;
      open = this.#physicalLine(source, physical, offset, open);
      offset = end + 1;
    }
    if (open !== undefined) {
      const last = open.pieces.at(-1);
      const at = {
        source,
        offset: Math.max(0, (last?.offset ?? 0) + open.text.length - (last?.start ?? 0)),
        length: 1,
      };
      this.diagnostics.push(
        errorAt(at, 'file/open-continuation', 'the last line is to be continued, but the file ends here', {
          hint: 'remove the backslash at the end of the line',
        }),
      );
      this.lines.push({ kind: 'text', ...open });
    }
  }

  #physicalLine(
    source: SourceFile,
    physical: string,
    offset: number,
    open: { text: string; pieces: Piece[] } | undefined,
  ): { text: string; pieces: Piece[] } | undefined {
    const pieces = [...(open?.pieces ?? []), { start: open?.text.length ?? 0, source, offset }];
    if (open === undefined) {
      if (physical.startsWith('!')) {
        this.lines.push({ kind: 'comment', text: physical, pieces });
        return undefined;
      }
      if (printedBlankLine.test(physical)) {
        this.#printedBlankLines.push({ source, offset, length: physical.trimEnd().length });
        this.lines.push({ kind: 'blank', text: '', pieces });
        return undefined;
      }
      if (physical.startsWith('<')) {
        this.#include(physical, { source, offset, length: Math.max(1, physical.length) });
        return undefined;
      }
      if (physical.trim() === '') {
        this.lines.push({ kind: 'blank', text: physical, pieces });
        return undefined;
      }
    }
    const before = open?.text ?? '';
    if (physical.endsWith('\\')) return { text: before + physical.slice(0, -1), pieces };
    this.lines.push({ kind: 'text', text: before + physical, pieces });
    return undefined;
  }

  /** Says once that manuals print blank lines so. */
  end(): void {
    const [first, ...others] = this.#printedBlankLines;
    if (first === undefined) return;
    const related = others.map((span) => ({ message: 'here too', span }));
    this.diagnostics.push(
      errorAt(first, 'file/blank-line', 'manuals print `<blank line>` for a line with nothing on it', {
        hint: 'leave this line empty',
        related,
      }),
    );
  }

  #include(physical: string, from: Span): void {
    const file = physical.slice(1).trim();
    if (file === '') {
      this.diagnostics.push(errorAt(from, 'file/include-name', 'the include names no file'));
      return;
    }
    const chain = sourceChain(from.source);
    const included = this.#readInclude(file, from);
    if (included === undefined) {
      this.diagnostics.push(
        errorAt(from, 'file/include-missing', `the included file \`${file}\` cannot be read`),
      );
      return;
    }
    if (chain.some((one) => one.name === included.name)) {
      const names = [...chain.map((one) => one.shortName), included.shortName].join(' -> ');
      this.diagnostics.push(
        errorAt(from, 'file/include-loop', `\`${file}\` includes itself: ${names}`, {
          hint: `remove this line, ${placeOf(from)}`,
        }),
      );
      return;
    }
    if (chain.length > maximumDepth) {
      this.diagnostics.push(
        errorAt(from, 'file/include-depth', `\`${file}\` is included more than three levels deep`, {
          hint: 'include it from a file further out',
        }),
      );
      return;
    }
    this.read({ ...included, includedFrom: from });
  }
}

/** Reads a file and what it includes into logical lines; an include that fails is left out and reported. */
export function readLogicalLines(
  source: SourceFile,
  readInclude: ReadInclude,
): Parsed<readonly LogicalLine[]> {
  const reader = new LineReader(readInclude);
  reader.read(source);
  reader.end();
  return { value: reader.lines, diagnostics: reader.diagnostics };
}
