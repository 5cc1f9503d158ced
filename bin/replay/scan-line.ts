/*
 * Pieces of log lines: a path in brackets, `key=value` and `key="value"`. Strangers wrote what is in them, so quoted local
 * parts are skipped and nothing is scanned twice.
 */

/** A piece, and the offset after it. */
export interface Piece {
  readonly text: string;
  readonly end: number;
}

/** The longest path, in characters. */
const longestPath = 4096;

/** Reads the path that begins at `at` with `<`, without its brackets. Null if there is none. */
export function scanPath(line: string, at: number): Piece | null {
  if (line[at] !== '<') return null;
  const limit = Math.min(line.length, at + longestPath);
  let isQuoted = false;
  for (let index = at + 1; index < limit; index += 1) {
    const character = line[index];
    if (isQuoted && character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === '>' && !isQuoted) return { text: line.slice(at + 1, index), end: index + 1 };
  }
  // A quote that is never closed is part of a malformed path.
  const end = line.indexOf('>', at);
  return end === -1 || end >= limit ? null : { text: line.slice(at + 1, end), end: end + 1 };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one === 'r' ? '\r' : one));
}

/** Reads a value at `at`, in quotes or up to the next blank. */
function scanValue(line: string, at: number): Piece {
  if (line[at] === '"') {
    for (let index = at + 1; index < line.length; index += 1) {
      if (line[index] === '\\') index += 1;
      else if (line[index] === '"') return { text: unescaped(line.slice(at + 1, index)), end: index + 1 };
    }
  }
  const blank = line.indexOf(' ', at);
  const end = blank === -1 ? line.length : blank;
  return { text: line.slice(at, end), end };
}

/** Reads `key=value` pairs from `at` on; words without `=` are skipped. The first value of a key counts. */
export function scanPairs(line: string, at = 0): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  let index = at;
  while (index < line.length) {
    if (line[index] === ' ') {
      index += 1;
      continue;
    }
    const equals = line.indexOf('=', index);
    if (equals === -1) break;
    const key = line.slice(line.lastIndexOf(' ', equals) + 1, equals);
    const value = scanValue(line, equals + 1);
    if (!pairs.has(key)) pairs.set(key, value.text);
    index = value.end;
  }
  return pairs;
}
