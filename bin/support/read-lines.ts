/*
 * Lines from a stream, one at a time, however many there are. A line ends with LF or CRLF; the last one may end with
 * the stream. What is no UTF-8 becomes the replacement character. Throws for a line that nobody can mean.
 */
import type { Readable } from 'node:stream';

const longestLine = 1_000_000;

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Gives the lines of a stream without their ends. */
export async function* linesOf(stream: Readable): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  // Gathered and joined once, so that a long line in small pieces is not copied for each of them.
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

/** What stands for standard input among the words of a command. */
export const fromInput = '-';

/** The words in order, with every line of standard input in place of `-`. */
export async function* inputsOf(words: readonly string[]): AsyncGenerator<string, void> {
  for (const word of words) {
    if (word === fromInput) yield* linesOf(process.stdin);
    else yield word;
  }
}
