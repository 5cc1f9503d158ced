/*
 * Wraps long lines for a terminal. The continuation is indented to the last column of the line, or a little more than the
 * line. Lines of a source file with a gutter (`  3 | text`) are not wrapped, so that the marks below them stay aligned.
 */

const colour = /\u001b\[[0-9;]*m/g;
const gutter = /^\s*\d*\s*\|/;
/** The start of a column after two or more blanks. */
const columnStart = /\S {2,}(?=\S)/g;
const furtherIndent = 2;

function widthOf(text: string): number {
  return Array.from(text.replace(colour, '')).length;
}

/** The indentation of continuation lines: to the last column, if half of the width is left. */
function hangingIndent(line: string, width: number): number {
  const plain = line.replace(colour, '');
  const own = plain.length - plain.trimStart().length;
  const starts = [...plain.matchAll(columnStart)].map((match) => match.index + match[0].length);
  const column = starts.findLast((start) => start <= width / 2);
  return column ?? Math.min(own + furtherIndent, Math.floor(width / 2));
}

/** Wraps one line at `width` characters; a longer word stays whole. */
export function wrapLine(line: string, width: number): string[] {
  if (widthOf(line) <= width || gutter.test(line)) return [line];
  const indent = ' '.repeat(hangingIndent(line, width));
  const lines: string[] = [];
  let current = '';
  for (const piece of line.match(/\s*\S+/g) ?? []) {
    const isFirst = current.trim() === '';
    if (!isFirst && widthOf(current + piece) > width) {
      lines.push(current);
      current = indent + piece.trimStart();
    } else current += piece;
  }
  lines.push(current);
  return lines;
}

/** The width of a paragraph of help. */
const paragraphWidth = 78;

/** Wraps a paragraph of help. */
export function fill(text: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && widthOf(`${current} ${word}`) > paragraphWidth) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

/** Wraps lines; a `width` of undefined, or 0 from a terminal that does not report it, leaves them as they are. */
export function wrapLines(text: string, width: number | undefined): string {
  if (width === undefined || width === 0) return text;
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}
