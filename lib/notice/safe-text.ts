/*
 * Text from outside in the fields and lines of a report: controls cannot begin another line, and no line is too long.
 * Ref: RFC 5322 2.1.1, 2.2.3
 */

/** The longest line of a message in octets, without its end. */
const longestLine = 998;
const usualLine = 76;
const longestText = 2_000;

/** Makes text safe for one line: controls and halves of surrogate pairs become spaces, at most 2000 characters. */
export function plainText(text: string): string {
  return text
    .slice(0, longestText)
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim();
}

/** The same in ASCII; other characters become `?`. */
export function asciiText(text: string): string {
  return plainText(text).replace(/[^\x20-\x7e]/gu, '?');
}

export function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}

const octets = new TextEncoder();

/** Cuts a word that would not fit on a line. */
function piecesOf(word: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let length = 0;
  for (const character of word) {
    const added = octets.encode(character).length;
    if (length + added > longestLine - 1) {
      pieces.push(piece);
      piece = '';
      length = 0;
    }
    piece += character;
    length += added;
  }
  return [...pieces, piece];
}

/**
 * Folds words into lines of usually at most 76 characters, of which all but the first begin with `indent`. Several spaces, as in
 * a quoted local part, stay several.
 */
export function folded(text: string, indent = ' '): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  let spaces = 0;
  for (const word of text.split(' ').flatMap(piecesOf)) {
    if (word === '') {
      spaces += 1;
      continue;
    }
    const more = spaces + word.length < usualLine ? ' '.repeat(spaces) : '';
    spaces = 0;
    if (line === null) line = word;
    else if (line.length + 1 + more.length + word.length <= usualLine) line = `${line} ${more}${word}`;
    else {
      lines.push(line);
      line = `${indent}${more}${word}`;
    }
  }
  return line === null ? lines : [...lines, line];
}

/** Makes the lines of a header field; the value is one line. */
export function field(name: string, value: string): string[] {
  const [first = '', ...others] = folded(`${name}: ${plainText(value)}`);
  return first === `${name}:` && others.length === 0 ? [] : [first, ...others];
}
