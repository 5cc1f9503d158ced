/*
 * Long lines on a terminal, broken at blanks: what follows is indented as far as the last column of the line, or a
 * little more than the line. Lines of a source file with a gutter (`  3 | text`) stay whole, so that marks below them
 * are where they belong.
 */

const colour = /\u001b\[[0-9;]*m/g;
const gutter = /^\s*\d*\s*\|/;
/** Where a column begins that comes after two blanks or more. */
const columnStart = /\S {2,}(?=\S)/g;
const furtherIndent = 2;

function widthOf(text: string): number {
  return Array.from(text.replace(colour, '')).length;
}

/** How far the lines after the first are indented: to the last column, where that leaves half of the width. */
function hangingIndent(line: string, width: number): number {
  const plain = line.replace(colour, '');
  const own = plain.length - plain.trimStart().length;
  const starts = [...plain.matchAll(columnStart)].map((match) => match.index + match[0].length);
  const column = starts.findLast((start) => start <= width / 2);
  return column ?? Math.min(own + furtherIndent, Math.floor(width / 2));
}

/** Breaks one line for a terminal that is `width` characters wide; a word that is too long stays whole. */
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

/** The width of a paragraph of help, which every terminal has. */
const paragraphWidth = 78;

/** Lays a paragraph out in lines of equal indentation. */
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

/** Breaks lines for a terminal; a `width` of undefined, or 0 from one that does not tell, leaves them whole. */
export function wrapLines(text: string, width: number | undefined): string {
  if (width === undefined || width === 0) return text;
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}
