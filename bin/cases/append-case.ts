/*
 * Appends a case to a file of cases. What is in the file stays as it is, octet by octet; a file that is not there is made.
 * A file with errors, or one whose list of cases does not stand at its end, is refused.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { furtherCase, hasErrors, holdsOneMore, parseCases, type SourceFile } from '../../lib/index.js';
import { ConfigError } from '../../runtime/policy-store.js';
import { readText } from '../../runtime/read-text.js';
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

/** What is added to a file that is there. */
function addition(old: SourceFile, recorded: Recorded): { readonly lines: readonly string[]; text: string } {
  const parsed = parseCases(old);
  if (hasErrors(parsed.diagnostics)) throw new ConfigError(parsed.diagnostics);
  const further = furtherCase(old, parsed.value);
  if ('diagnostic' in further) throw new ConfigError([further.diagnostic]);
  const lines = caseLines(recorded, further.indent);
  const lineEnd = old.text.includes('\r\n') ? '\r\n' : '\n';
  const gap = (old.text.endsWith('\n') ? '' : lineEnd) + lineEnd;
  const text = gap + lines.map((line) => line + lineEnd).join('');
  if (!holdsOneMore({ ...old, text: old.text + text }, parsed.value)) {
    throw new Error(`the case cannot be written as YAML: ${lines.join(' ')}`);
  }
  return { lines, text };
}

/** Appends a case; gives the lines that were added. Throws ConfigError, and what the system throws. */
export function appendCase(path: string, recorded: Recorded): readonly string[] {
  const old = readOld(path);
  if (old !== null) {
    const { lines, text } = addition(old, recorded);
    appendFileSync(path, text);
    return lines;
  }
  const lines = caseLines(recorded, newIndent);
  appendFileSync(path, [head, ...lines].map((line) => `${line}\n`).join(''));
  return [head, ...lines];
}
