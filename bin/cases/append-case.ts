/*
 * Appends a case to a case file. What the file contains stays unchanged, octet by octet; a missing file is created. A file
 * with errors is refused, and one whose list of cases is not at its end.
 */

import { appendFileSync, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { hasErrors, type SourceFile } from '../../lib/text/index.js';
import { readText } from '../../runtime/files/index.js';
import { ConfigError } from '../../runtime/index.js';
import { UnknownName } from '../support/index.js';
import { furtherCase, holdsOneMore } from './append-to-list.js';
import type { Case } from './case.js';
import { parseCases } from './parse-cases.js';
import { largestFile } from './read-cases.js';
import type { Recorded } from './recorded.js';
import { caseLines } from './write-case.js';

const head = 'cases:';
const newIndent = '  ';

function readOld(path: string): SourceFile | null {
  if (!existsSync(path)) return null;
  const read = readText(path, { name: path, shortName: basename(path) }, largestFile);
  if (read.kind !== 'read') throw new ConfigError([read.diagnostic]);
  return read.source;
}

/** Makes sure that the new text has one more case, and the others unchanged. */
function assertReadable(source: SourceFile, before: readonly Case[]): void {
  if (!holdsOneMore(source, before)) {
    throw new UnknownName('the case cannot be written as YAML', 'an address in it is too long');
  }
}

/** Appends to an existing file. */
function appendTo(path: string, old: SourceFile, recorded: Recorded): readonly string[] {
  const parsed = parseCases(old);
  if (hasErrors(parsed.diagnostics)) throw new ConfigError(parsed.diagnostics);
  const further = furtherCase(old, parsed.value);
  if ('diagnostic' in further) throw new ConfigError([further.diagnostic]);
  const lines = caseLines(recorded, further.indent);
  const lineEnd = old.text.includes('\r\n') ? '\r\n' : '\n';
  const gap = (old.text.endsWith('\n') ? '' : lineEnd) + lineEnd;
  const text = gap + lines.map((line) => line + lineEnd).join('');
  assertReadable({ ...old, text: old.text + text }, parsed.value);
  appendFileSync(path, text);
  return lines;
}

/** Appends a case; returns the added lines. Throws ConfigError, UnknownName, and errors of the system. */
export function appendCase(path: string, recorded: Recorded): readonly string[] {
  const old = readOld(path);
  if (old !== null) return appendTo(path, old, recorded);
  const lines = [head, ...caseLines(recorded, newIndent)];
  const text = lines.map((line) => `${line}\n`).join('');
  assertReadable({ name: path, shortName: basename(path), text }, []);
  appendFileSync(path, text);
  return lines;
}
