/*
 * A text file as text: regular, not too large, valid UTF-8, without its byte order mark. Any fault becomes a
 * diagnostic; it never throws and never waits.
 */
import { closeSync } from 'node:fs';
import { type Diagnostic, errorAt, type SourceFile, spanOfFile } from '../../lib/text/index.js';
import { describeError, openRegular, readToEnd } from './regular-file.js';
import { firstBadOctet } from './utf8.js';

/** The names of a file: `name` in messages, `shortName` in the names of entries. */
export interface FileNames {
  readonly name: string;
  readonly shortName: string;
}

/** A file that was read, or why it was not; `missing` is separate because some files are optional. */
export type ReadSource =
  | { readonly kind: 'read'; readonly source: SourceFile; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable'; readonly diagnostic: Diagnostic };

function troubleAt(
  names: FileNames,
  code: 'file/missing' | 'file/not-a-file' | 'file/too-large',
  message: string,
  hint?: string,
): Diagnostic {
  const span = spanOfFile(names);
  return errorAt(span, code, message, hint === undefined ? {} : { hint });
}

/** The result for a file that does not exist. */
export function missingFile(names: FileNames): ReadSource {
  const message = `\`${names.name}\` cannot be read: it does not exist`;
  return { kind: 'missing', diagnostic: troubleAt(names, 'file/missing', message) };
}

function badEncoding(names: FileNames, bytes: Buffer, at: number): Diagnostic {
  const before = bytes.toString('utf8', 0, at);
  const source = { ...names, text: before + bytes.toString('utf8', at) };
  const octet = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  const isUtf16 = at === 0 && (bytes[0] === 0xff || bytes[0] === 0xfe);
  const message = `the octet ${octet} (hexadecimal) is not valid UTF-8 here`;
  const hint = isUtf16 ? 'the file looks like UTF-16; save it as UTF-8' : 'save the file as UTF-8';
  return errorAt({ source, offset: before.length, length: 1 }, 'file/encoding', message, { hint });
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Makes a source file of octets that are valid UTF-8. */
export type MakeSource = (names: FileNames, octets: Buffer) => SourceFile;

function textSource(names: FileNames, octets: Buffer): SourceFile {
  return { ...names, text: octets.toString('utf8') };
}

/** Reads a text file of at most `limit` octets. */
export function readText(
  path: string,
  names: FileNames,
  limit: number,
  make: MakeSource = textSource,
): ReadSource {
  const opened = openRegular(path);
  if (opened.kind === 'not-a-file') {
    const message = `\`${names.name}\` is not a file: ${opened.cause}`;
    return { kind: 'unreadable', diagnostic: troubleAt(names, 'file/not-a-file', message) };
  }
  if (opened.kind !== 'open') {
    const message = `\`${names.name}\` cannot be read: ${opened.cause}`;
    return { kind: opened.kind, diagnostic: troubleAt(names, 'file/missing', message) };
  }
  try {
    const bytes = readToEnd(opened.fd, opened.size, limit);
    if (bytes === null) {
      const message = `\`${names.name}\` is larger than ${limit} octets`;
      const hint = 'compile large tables with `pmdf crdb`';
      return { kind: 'unreadable', diagnostic: troubleAt(names, 'file/too-large', message, hint) };
    }
    const plain = withoutByteOrderMark(bytes);
    const bad = firstBadOctet(plain);
    if (bad !== null) return { kind: 'unreadable', diagnostic: badEncoding(names, plain, bad) };
    return { kind: 'read', source: make(names, plain), mark: opened.mark };
  } catch (error) {
    const message = `\`${names.name}\` cannot be read: ${describeError(error)}`;
    return { kind: 'unreadable', diagnostic: troubleAt(names, 'file/missing', message) };
  } finally {
    closeSync(opened.fd);
  }
}
