/*
 * Standard input as a file, for work that may read it twice.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The longest line, in octets. */
const longestStretch = 16_777_216;

/** Passes octets on as long as they have line ends, so that a device cannot fill the disk. */
async function* withLineEnds(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let stretch = 0;
  for await (const piece of input) {
    const last = piece.lastIndexOf(0x0a);
    stretch = last === -1 ? stretch + piece.length : piece.length - last - 1;
    if (stretch > longestStretch) {
      throw new Error(`standard input has no line end in ${longestStretch} octets`);
    }
    yield piece;
  }
}

/** Copies standard input into a file, does the work with its path, and removes it. */
export async function withSpooledInput<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-'));
  try {
    const path = join(folder, 'input');
    await pipeline(process.stdin, withLineEnds, createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
