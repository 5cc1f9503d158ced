/*
 * `pmdf crdb`: compiles a text file into a CDB file. If the text has errors the old file stays.
 * Ref: PMDF 3.2.5
 */

import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { counted, hasErrors, inReadingOrder } from '../lib/text/index.js';
import { type BuiltDatabase, buildDatabase, diagnoseUnwritten } from '../runtime/databases/index.js';
import { commandPatience, withReplacementLock } from '../runtime/files/index.js';
import { ConfigError } from '../runtime/index.js';
import {
  type Arguments,
  type Command,
  diagnosticJson,
  diagnosticText,
  flagOption,
  isStandardOutput,
  progressBar,
  quoted,
  type Report,
  UsageError,
  withSpooledInput,
} from './support/index.js';

function isSameFile(one: string, other: string): boolean {
  const first = statSync(one, { throwIfNoEntry: false });
  const second = statSync(other, { throwIfNoEntry: false });
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}

async function build(given: Arguments, text: string, name: string, target: string): Promise<BuiltDatabase> {
  const bar = progressBar(`reading ${name}`, process.stderr, () => performance.now());
  const duplicates = given.flags.has('duplicates') ? 'permit' : 'reject';
  const names = { name, shortName: name };
  try {
    return await withReplacementLock(target, commandPatience, (path) =>
      buildDatabase({ path: text, names, duplicates, progress: bar.progress }, path),
    );
  } catch (error) {
    return { entries: 0, diagnostics: [diagnoseUnwritten({ name: target, shortName: target }, error)] };
  } finally {
    bar.clear();
  }
}

async function run(given: Arguments): Promise<Report> {
  const [text = '', database = ''] = given.words;
  if (isStandardOutput(database)) throw new UsageError('a database cannot be written to standard output');
  if (text !== '-' && isSameFile(text, database)) {
    throw new UsageError(
      `${quoted(text)} would be overwritten by itself`,
      'give the text first, then the database',
    );
  }
  const { entries, diagnostics } =
    text === '-'
      ? await withSpooledInput((path) => build(given, path, 'standard input', database))
      : await build(given, text, text, database);
  if (hasErrors(diagnostics)) throw new ConfigError(diagnostics);
  const warnings = inReadingOrder(diagnostics);
  return {
    exitCode: 0,
    json: { database, entries, diagnostics: warnings.map(diagnosticJson) },
    text: () => [`${quoted(database)} holds ${counted(entries, 'entry', 'entries')}`],
    complaint: (paint) => warnings.map((one) => diagnosticText(one, paint)),
  };
}

export const crdb: Command = {
  name: 'crdb',
  summary: 'compile a text file into a database',
  operands: 'TEXT DB',
  words: { least: 2, most: 2 },
  options: [
    flagOption('duplicates', 'permit several values for a key; look-ups find the first'),
    flagOption('long-records', 'accepted from PMDF; lines may always have 16384 characters'),
    flagOption('quoted', 'accepted from PMDF; blanks between quotation marks are always part of the key'),
  ],
  about: [
    'Each line of the text is a key, blanks, and a value; `!` in column 1 begins a comment. Keys are stored in lower',
    'case. `-` in place of TEXT is standard input. In the configuration, a database whose name ends in `.cdb` is a CDB',
    'file; Postfix reads the same file as `cdb:`. The new file replaces the old one at once, and running servers use it.',
    'With an error in the text the old file stays: exit code 2.',
  ],
  run,
};
