/*
 * The formats: the log of Haraka, that of Postfix, the lines of our plugins in that of Haraka, or PMDF's log. With `auto` each line goes
 * to the reader that understands it, so logs may be mixed.
 */
import { HarakaReader } from './haraka-reader.js';
import type { LineKind, LogReader, LogSink } from './logged-request.js';
import { isMailLogLine, MailLogReader } from './mail-log-reader.js';
import { PostfixReader } from './postfix-reader.js';

/** The values of `--format`. */
export const logFormats = ['auto', 'haraka', 'postfix', 'pmdf', 'mail.log'] as const;
export type LogFormat = (typeof logFormats)[number];

/** Passes each line to the reader that understands it. */
class AnyReader implements LogReader {
  readonly #haraka: LogReader;
  readonly #postfix: LogReader;
  readonly #mailLog: LogReader;

  constructor(sink: LogSink) {
    this.#haraka = new HarakaReader(sink);
    this.#postfix = new PostfixReader(sink);
    this.#mailLog = new MailLogReader(sink);
  }

  read(line: string, place: string): LineKind {
    if (isMailLogLine(line)) return this.#mailLog.read(line, place);
    // Few lines of Haraka contain this word, and looking for it costs less than parsing a line.
    const kind = line.includes('postfix') ? this.#postfix.read(line, place) : 'unknown';
    return kind === 'unknown' ? this.#haraka.read(line, place) : kind;
  }

  end(): void {
    this.#haraka.end();
    this.#postfix.end();
    this.#mailLog.end();
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
    case 'mail.log':
      return new MailLogReader(sink);
  }
}
