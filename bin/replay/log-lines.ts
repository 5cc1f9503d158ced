/*
 * The lines of a log, in batches: of a file, a file packed with gzip, or standard input. A line that is too long is cut.
 */

import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { createGunzip } from 'node:zlib';
import type { Progress } from '../../runtime/files/index.js';

/** The longest line, in octets; the rest is dropped. */
const longestLine = 65_536;
/** A file with so many octets without a line end is not a log. */
const longestStretch = 16_777_216;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Splits octets into lines. Each line is a string of its own: a slice would keep the whole batch in memory. */
class LineSplitter {
  #begun: Buffer = Buffer.alloc(0);
  /** Octets since the last line end. */
  #stretch = 0;

  /** The lines that this piece completes. */
  push(piece: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      const rest = piece.subarray(start, end);
      lines.push(textOf(this.#begun.length === 0 ? rest : this.#withBegun(rest)));
      this.#begun = Buffer.alloc(0);
      start = end + 1;
    }
    this.#stretch = start === 0 ? this.#stretch + piece.length : piece.length - start;
    if (this.#stretch > longestStretch) {
      throw new Error(`there is no line end in ${longestStretch} octets, so this is not a log`);
    }
    // A copy, since the reader may reuse the piece.
    this.#begun = Buffer.from(this.#withBegun(piece.subarray(start)));
    return lines;
  }

  /** The last line, if it has no line end. */
  end(): string[] {
    return this.#begun.length === 0 ? [] : [textOf(this.#begun)];
  }

  #withBegun(rest: Buffer): Buffer {
    const room = longestLine - this.#begun.length;
    return Buffer.concat([this.#begun, rest.subarray(0, Math.max(0, room))]);
  }
}

function textOf(line: Buffer): string {
  const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
  return line.toString('utf8', 0, Math.min(end, longestLine));
}

/** An open log: its unpacked octets, and how many octets of the file were read so far. */
interface OpenLog {
  readonly stream: Readable;
  readonly octetsRead: () => number;
  /** Null if it is not known. */
  readonly size: number | null;
}

async function openLog(path: string): Promise<OpenLog> {
  if (path === '-') return { stream: process.stdin, octetsRead: () => 0, size: null };
  const handle = await open(path);
  const stats = await handle.stat();
  if (stats.isBlockDevice() || (stats.isCharacterDevice() && !isatty(handle.fd))) {
    await handle.close();
    throw new Error('it is a device, not a log');
  }
  const file = handle.createReadStream();
  const octetsRead = (): number => file.bytesRead;
  const size = stats.isFile() ? stats.size : null;
  if (!path.endsWith('.gz')) return { stream: file, octetsRead, size };
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => file.destroy());
  return { stream: file.pipe(unpacked), octetsRead, size };
}

/** The lines of a log, `-` for standard input. Throws for a file that is not a log, and errors of the system. */
export async function* logLines(path: string, progress: Progress): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter();
  const { stream, octetsRead, size } = await openLog(path);
  for await (const piece of stream) {
    yield splitter.push(Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece)));
    if (size !== null) progress(octetsRead(), size);
  }
  yield splitter.end();
}
