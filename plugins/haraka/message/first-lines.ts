/*
 * The beginning of a message: its header and some lines of the text after it.
 */
import { Transform, type TransformCallback } from 'node:stream';
import type { MessageText } from './message-text.js';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

class Beginning extends Transform {
  #linesLeft: number;
  #isHeader = true;
  /** Whether the present line has octets beside its end. */
  #isEmptyLine = true;

  constructor(lines: number) {
    super();
    this.#linesLeft = lines;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    let end = 0;
    while (end < chunk.length && this.#linesLeft > 0) {
      const octet = chunk[end];
      end += 1;
      if (octet === lineFeed) this.#endLine();
      else if (octet !== carriageReturn) this.#isEmptyLine = false;
    }
    done(null, chunk.subarray(0, end));
  }

  #endLine(): void {
    if (!this.#isHeader) this.#linesLeft -= 1;
    else if (this.#isEmptyLine) this.#isHeader = false;
    this.#isEmptyLine = true;
  }
}

/** The header of a message and the first lines after it, at least one; an error while reading it is passed on. */
export function firstLines(text: MessageText, lines: number): MessageText {
  return {
    pipe: (destination, options) => {
      const beginning = new Beginning(lines);
      beginning.once('error', (error) => destination.emit('error', error));
      destination.once('close', () => beginning.destroy());
      beginning.pipe(destination);
      return text.pipe(beginning, options);
    },
  };
}
