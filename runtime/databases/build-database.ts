/*
 * Compiles a text file into a CDB file, the work of `pmdf crdb`. The text is read in pieces, so that a million
 * lines need little memory. If anything is wrong the old file stays, and the text is read again as a whole to
 * report each place.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { type Diagnostic, errorAt, hasErrors, spanOfFile } from '../../lib/text/index.js';
import { describeError, type FileNames, openRegular, type Progress, readText } from '../files/index.js';
import { CdbLimit, CdbWriter } from './cdb-writer.js';
import { longestLine, parseDatabaseLine } from './database-line.js';
import { type Duplicates, parseDatabase } from './parse-database.js';

/** The number of entries, and all diagnostics. The file was written unless one of them is an error. */
export interface BuiltDatabase {
  readonly entries: number;
  readonly diagnostics: readonly Diagnostic[];
}

const pieceSize = 1 << 18;
// In octets; a longer piece without a line end has a line that is too long.
const longestPiece = pieceSize + longestLine * 4;
const largestText = 0x1fffffe0;

/** Adds the lines of a piece; false if one is wrong. */
function addLines(writer: CdbWriter, text: string): boolean {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const bare = end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
    const line = parseDatabaseLine(text.slice(start, bare));
    if (line.kind === 'wrong') return false;
    if (line.kind === 'entry') writer.add(line.key, line.value);
    start = end + 1;
  }
  return true;
}

/** Streams a text file into a writer; false if anything in it is wrong. */
function addFile(writer: CdbWriter, fd: number, report: (done: number) => void): boolean {
  const bytes = Buffer.allocUnsafe(longestPiece);
  let kept = 0;
  let done = 0;
  let isFirst = true;
  for (;;) {
    const got = readSync(fd, bytes, kept, Math.min(pieceSize, bytes.length - kept), null);
    const length = kept + got;
    done += got;
    report(done);
    const whole = got === 0 ? length : bytes.lastIndexOf(0x0a, length - 1) + 1;
    if (whole === 0 && length === bytes.length) return false;
    const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const start = whole > 0 && hasMark ? 3 : 0;
    const piece = bytes.subarray(start, whole);
    if (!isUtf8(piece) || !addLines(writer, piece.toString('utf8'))) return false;
    if (got === 0) return true;
    if (whole > 0) isFirst = false;
    bytes.copyWithin(0, whole, length);
    kept = length - whole;
  }
}

/** The text of a database, and how it is compiled. */
export interface DatabaseText {
  readonly path: string;
  readonly names: FileNames;
  readonly duplicates?: Duplicates;
  readonly progress?: Progress;
}

function diagnose({ path, names, duplicates }: DatabaseText): readonly Diagnostic[] {
  const outcome = readText(path, names, largestText);
  if (outcome.kind !== 'read') return [outcome.diagnostic];
  return parseDatabase(outcome.source, duplicates).diagnostics;
}

function failedWith(
  names: FileNames,
  code: 'file/missing' | 'file/too-large',
  message: string,
): BuiltDatabase {
  return { entries: 0, diagnostics: [errorAt(spanOfFile(names), code, message)] };
}

function build(writer: CdbWriter, text: DatabaseText, fd: number, size: number): BuiltDatabase {
  const { names, duplicates = 'reject', progress } = text;
  if (!addFile(writer, fd, (done) => progress?.(done, size))) {
    const diagnostics = diagnose(text);
    if (hasErrors(diagnostics)) return { entries: 0, diagnostics };
    return failedWith(names, 'file/missing', `\`${names.name}\` changed while it was read`);
  }
  const { hasDuplicates } = writer.seal();
  const diagnostics = hasDuplicates && duplicates === 'reject' ? diagnose(text) : [];
  if (hasErrors(diagnostics)) return { entries: 0, diagnostics };
  writer.commit();
  return { entries: writer.count, diagnostics };
}

/**
 * Compiles a text into the CDB file `target`, which is replaced as a whole or not at all. The caller holds the
 * lock of the target.
 */
export function buildDatabase(text: DatabaseText, target: string): BuiltDatabase {
  const opened = openRegular(text.path);
  if (opened.kind !== 'open') return { entries: 0, diagnostics: diagnose(text) };
  let writer: CdbWriter | undefined;
  try {
    writer = new CdbWriter(target);
    return build(writer, text, opened.fd, opened.size);
  } catch (error) {
    const { names } = text;
    if (error instanceof CdbLimit) return failedWith(names, 'file/too-large', error.message);
    return failedWith(names, 'file/missing', `\`${target}\` cannot be written: ${describeError(error)}`);
  } finally {
    writer?.abandon();
    closeSync(opened.fd);
  }
}
