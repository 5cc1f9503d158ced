/*
 * A file of Haraka's config folder, read as haraka-config 1.7 reads it: as UTF-8 whatever its octets are.
 * haraka-config itself gives values without their places, and watches the folder as soon as it is loaded; a test
 * compares the two.
 */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile, Span } from '../../lib/text/index.js';
import { fileNames, openRegular, readToEnd } from '../files/index.js';

const largest = 1024 * 1024;

/** The names of a file of Haraka's config folder in messages. */
export function configFileNames(configFolder: string, name: string): Omit<SourceFile, 'text'> {
  return fileNames(join(configFolder, 'pmdf'), join(configFolder, name));
}

/** Reads a file of at most 1 MiB; null if it is missing or cannot be read. */
export function readConfigFile(configFolder: string, name: string): SourceFile | null {
  const opened = openRegular(join(configFolder, name));
  if (opened.kind !== 'open') return null;
  try {
    const bytes = readToEnd(opened.fd, opened.size, largest);
    return bytes === null ? null : { ...configFileNames(configFolder, name), text: bytes.toString('utf8') };
  } catch {
    return null;
  } finally {
    closeSync(opened.fd);
  }
}

/** One line, without its line end. */
export interface FileLine {
  readonly text: string;
  readonly offset: number;
}

/** The lines that count: neither blank nor a comment. Line ends are CR LF, CR and LF. */
export function linesOf({ text }: SourceFile): FileLine[] {
  const lines: FileLine[] = [];
  let offset = 0;
  for (const part of text.split(/(\r\n|\r|\n)/)) {
    // The line ends themselves are blank.
    if (!isIgnored(part)) lines.push({ text: part, offset });
    offset += part.length;
  }
  return lines;
}

/** Whether haraka-config ignores a line: a blank one, or a comment. */
export function isIgnored(line: string): boolean {
  const text = line.trim();
  return text === '' || text.startsWith('#') || text.startsWith(';');
}

/** An entry of a list file. */
export interface ListEntry {
  readonly text: string;
  readonly span: Span;
}

/** The entries of a list file: its lines without surrounding blanks. */
export function listEntries(source: SourceFile): ListEntry[] {
  return linesOf(source).map(({ text: line, offset }) => {
    const text = line.trim();
    return { text, span: { source, offset: offset + line.indexOf(text), length: text.length } };
  });
}

/** The name of this host for Haraka: the first entry of `me`; null if there is none. */
export function ownName(configFolder: string): string | null {
  const source = readConfigFile(configFolder, 'me');
  return source === null ? null : (listEntries(source)[0]?.text ?? null);
}
