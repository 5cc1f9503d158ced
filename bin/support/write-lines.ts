/*
 * Writes many lines in pieces: to a stream, no faster than its reader reads, or into a file that appears when it is
 * complete.
 */

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { diagnoseUnwritten } from '../../runtime/databases/index.js';
import { Replacement } from '../../runtime/files/index.js';
import { ConfigError } from '../../runtime/index.js';

const pieceLength = 1 << 16;

const standardOutput = new Set(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** Whether a file name means standard output. */
export function isStandardOutput(name: string): boolean {
  return standardOutput.has(name);
}

/** An output for lines. Only `end` guarantees that they are written; `drop` discards them. */
export interface LineOutput {
  /** Adds a line without its line end; a promise that it returns must be awaited. */
  add(line: string): void | Promise<void>;
  /** Writes everything so far to a stream; an incomplete file shows nothing. */
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

function replacementOf(path: string): Replacement {
  try {
    return new Replacement(path);
  } catch (error) {
    throw new ConfigError([diagnoseUnwritten({ name: path, shortName: path }, error)]);
  }
}

/** Lines for a file, which replaces the previous one at the end. Throws ConfigError if it cannot be written. */
export function linesToFile(path: string): LineOutput {
  const file = replacementOf(path);
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

/** Makes a function that flushes the output when no further result is ready; the stream reports its own errors. */
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
