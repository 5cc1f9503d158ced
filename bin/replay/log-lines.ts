/*
 * The lines of logs, some at a time: of files, of files packed with gzip, of standard input. A line that is too long is cut.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** The longest line, in characters; what is beyond is left out. */
const longestLine = 65_536;

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Splits octets into lines. */
class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';

  /** The lines that are whole with this piece. */
  push(piece: Buffer): string[] {
    const parts = this.#decoder.write(piece).split('\n');
    parts[0] = this.#begun + (parts[0] ?? '');
    this.#begun = (parts.pop() ?? '').slice(0, longestLine);
    return parts.map(withoutReturn);
  }

  /** The last line, if it has no end. */
  end(): string[] {
    const last = this.#begun + this.#decoder.end();
    return last === '' ? [] : [withoutReturn(last)];
  }
}

function streamOf(path: string): Readable {
  if (path === '-') return process.stdin;
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

/** The lines of a log, `-` for standard input. Throws what the system throws. */
export async function* logLines(path: string): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter();
  for await (const piece of streamOf(path)) {
    yield splitter.push(Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece)));
  }
  yield splitter.end();
}
