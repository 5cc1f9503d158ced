/*
 * The lines of logs, some at a time: of files, of files packed with gzip, of standard input. A line that is too long is cut.
 */
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import type { Progress } from '../../runtime/progress.js';

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

/** A log being read: its octets unpacked, and how many of its own were read so far. */
interface OpenLog {
  readonly stream: Readable;
  readonly octetsRead: () => number;
  /** Null where nobody knows how many there will be. */
  readonly size: number | null;
}

function openLog(path: string): OpenLog {
  if (path === '-') return { stream: process.stdin, octetsRead: () => 0, size: null };
  const file = createReadStream(path);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? null;
  const octetsRead = (): number => file.bytesRead;
  if (!path.endsWith('.gz')) return { stream: file, octetsRead, size };
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  return { stream: file.pipe(unpacked), octetsRead, size };
}

/** The lines of a log, `-` for standard input. Throws what the system throws. */
export async function* logLines(path: string, progress: Progress): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter();
  const { stream, octetsRead, size } = openLog(path);
  for await (const piece of stream) {
    yield splitter.push(Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece)));
    if (size !== null) progress(octetsRead(), size);
  }
  yield splitter.end();
}
