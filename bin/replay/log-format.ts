/*
 * Which log it is: Haraka's, Postfix's, or the lines of our plugins out of Haraka's. Without a word each line is given to
 * the reader that understands it, so that logs may be mixed.
 */
import { HarakaReader } from './haraka-reader.js';
import type { LineKind, LogReader, LogSink } from './logged-request.js';
import { PostfixReader } from './postfix-reader.js';

/** What `--format` may say. */
export const logFormats = ['auto', 'haraka', 'postfix', 'pmdf'] as const;
export type LogFormat = (typeof logFormats)[number];

/** Gives each line to Postfix's reader or to Haraka's. */
class AnyReader implements LogReader {
  readonly #haraka: LogReader;
  readonly #postfix: LogReader;

  constructor(sink: LogSink) {
    this.#haraka = new HarakaReader(sink);
    this.#postfix = new PostfixReader(sink);
  }

  read(line: string, place: string): LineKind {
    // A word that is in few of Haraka's lines, and costs less to look for than a line to take apart.
    const kind = line.includes('postfix') ? this.#postfix.read(line, place) : 'unknown';
    return kind === 'unknown' ? this.#haraka.read(line, place) : kind;
  }

  end(): void {
    this.#haraka.end();
    this.#postfix.end();
  }
}

/** Makes the reader for a format. */
export function logReader(format: LogFormat, sink: LogSink): LogReader {
  switch (format) {
    case 'auto':
      return new AnyReader(sink);
    case 'haraka':
      return new HarakaReader(sink);
    case 'pmdf':
      return new HarakaReader(sink, true);
    case 'postfix':
      return new PostfixReader(sink);
  }
}
