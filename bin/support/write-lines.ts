/*
 * Many lines on their way out, a piece at a time: to standard output no faster than its reader reads, or into
 * a file that appears when it is whole.
 */

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { Replacement } from '../../runtime/files/index.js';

const pieceLength = 1 << 16;

/** Takes lines; nothing is sure to be out before `end`, and after `drop` nothing counts. */
export interface LineOutput {
  /** Takes a line without line end; what it returns has to be awaited if it is a promise. */
  add(line: string): void | Promise<void>;
  /** Sees to it that whoever looks on has everything so far; a file that is not whole shows nothing. */
  pause(): Promise<void>;
  end(): Promise<void>;
  drop(): void;
}

/** Lines for a stream. */
export function linesToStream(stream: Writable): LineOutput {
  let piece = '';
  async function flush(): Promise<void> {
    const text = piece;
    piece = '';
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  }
  return {
    add: (line) => {
      piece += `${line}\n`;
      return piece.length >= pieceLength ? flush() : undefined;
    },
    pause: flush,
    end: flush,
    drop: () => undefined,
  };
}

/** Lines for a file, which takes the place of the one before. Throws what the system throws. */
export function linesToFile(path: string): LineOutput {
  const file = new Replacement(path);
  let piece = '';
  function flush(): void {
    const bytes = Buffer.from(piece, 'utf8');
    piece = '';
    for (let done = 0; done < bytes.length; ) done += writeSync(file.fd, bytes, done);
  }
  return {
    add: (line) => {
      piece += `${line}\n`;
      if (piece.length >= pieceLength) flush();
    },
    pause: async () => undefined,
    end: async () => {
      flush();
      file.commit();
    },
    drop: () => file.abandon(),
  };
}

/**
 * Sees to it that nothing waits in a buffer while the input does: flushes when no more results come at once. What goes
 * wrong with the stream is the stream's to tell.
 */
export function flusherOf(output: LineOutput): () => void {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      output.pause().catch(() => undefined);
    });
  };
}
