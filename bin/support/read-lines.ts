/*
 * Lines from a stream, one at a time. A line ends with LF or CRLF; the last one may end with the stream. Octets that are
 * not UTF-8 become the replacement character. Throws for a line of more than a million characters.
 */
import type { Readable } from 'node:stream';

const longestLine = 1_000_000;

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** The lines of a stream without their line ends. */
export async function* linesOf(stream: Readable): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  // Collected and joined once, so that a long line in small pieces is not copied for each of them.
  let open: string[] = [];
  let length = 0;
  let number = 0;
  for await (const chunk of stream) {
    const text: string = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const pieces = text.split('\n');
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      number += 1;
      yield withoutReturn(open.length === 0 ? piece : open.join('') + piece);
      open = [];
      length = 0;
    }
    open.push(rest);
    length += rest.length;
    if (length > longestLine) throw new Error(`line ${number + 1} is longer than ${longestLine} characters`);
  }
  const last = open.join('') + decoder.decode();
  if (last !== '') yield withoutReturn(last);
}

/** The word for standard input on the command line. */
export const fromInput = '-';

/** The words in order, with the lines of standard input in place of `-`. */
export async function* inputsOf(words: readonly string[]): AsyncGenerator<string, void> {
  for (const word of words) {
    if (word === fromInput) yield* linesOf(process.stdin);
    else yield word;
  }
}
