/*
 * Cuts a stretch of a line into values at its commas. A comma in quotes or in a source route, `@a,@b:u@c`,
 * separates nothing. One pass; nothing fails: a quote that is never closed takes the rest.
 * Ref: PMDF 3.1.1
 */

/** A value as written, without the blanks around it; `start` is its offset in the line. */
export interface WrittenValue {
  readonly text: string;
  readonly start: number;
}

/** Gives the offset after the quoted string that begins at `start`, or the end of the text. */
export function afterQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at + 1;
  }
  return text.length;
}

function trimmed(text: string, start: number, end: number): WrittenValue {
  const part = text.slice(start, end);
  return { text: part.trim(), start: start + part.length - part.trimStart().length };
}

/** Cuts the text from `start` on; a text without a comma is one value, perhaps an empty one. */
export function splitValues(text: string, start: number): WrittenValue[] {
  const values: WrittenValue[] = [];
  let from = start;
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') {
      at = afterQuoted(text, at);
      continue;
    }
    if (character === ',' && !isInRoute(text, from, at)) {
      values.push(trimmed(text, from, at));
      from = at + 1;
    }
    at += 1;
  }
  values.push(trimmed(text, from, text.length));
  return values;
}

/** A comma before an at sign, in a value that begins with one. */
function isInRoute(text: string, from: number, comma: number): boolean {
  if (text.charAt(comma + 1) !== '@') return false;
  let at = from;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t' || text.charAt(at) === '<') at += 1;
  return text.charAt(at) === '@';
}
