/*
 * A file of Haraka's config folder as Haraka reads it: as UTF-8 whatever its octets are, since Haraka refuses none.
 */

import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../../lib/text/index.js';
import { fileNames, openRegular, readToEnd } from '../files/index.js';

const largest = 1024 * 1024;

/** Reads a file of at most 1 MiB; null when it is missing or cannot be read, as for Haraka. */
export function readHarakaFile(configFolder: string, name: string): SourceFile | null {
  const path = join(configFolder, name);
  const opened = openRegular(path);
  if (opened.kind !== 'open') return null;
  try {
    const bytes = readToEnd(opened.fd, opened.size, largest);
    if (bytes === null) return null;
    return { ...fileNames(join(configFolder, 'pmdf'), path), text: bytes.toString('utf8') };
  } catch {
    return null;
  } finally {
    closeSync(opened.fd);
  }
}

/** One line of a file, without its line end. */
export interface FileLine {
  readonly text: string;
  readonly offset: number;
}

/** Splits a text at the line ends that haraka-config knows: CR LF, CR, LF. */
export function linesOf(source: SourceFile): FileLine[] {
  const lines: FileLine[] = [];
  let offset = 0;
  for (const part of source.text.split(/(\r\n|\r|\n)/)) {
    // The odd parts are the line ends.
    if (part !== '\r\n' && part !== '\r' && part !== '\n') lines.push({ text: part, offset });
    offset += part.length;
  }
  return lines;
}

/** Tells whether haraka-config passes over a line: a blank one, or a comment. */
export function isPassedOver(line: string): boolean {
  const text = line.trim();
  return text === '' || text.startsWith('#') || text.startsWith(';');
}
