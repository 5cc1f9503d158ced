/*
 * `pmdf crdb`: compiles a text file into a CDB file. With a mistake in the text the old database stays.
 * Ref: PMDF 3.2.5
 */

import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { hasErrors, inReadingOrder } from '../lib/text/index.js';
import {
  type BuiltDatabase,
  buildDatabase,
  diagnoseUnwritten,
  withDatabaseLock,
} from '../runtime/databases/index.js';
import { commandPatience } from '../runtime/files/index.js';
import { ConfigError } from '../runtime/index.js';
import {
  type Arguments,
  type Command,
  diagnosticJson,
  diagnosticText,
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
    return await withDatabaseLock(target, commandPatience, (path) =>
      buildDatabase(text, names, path, duplicates, bar.progress),
    );
  } catch (error) {
    return { entries: 0, diagnostics: [diagnoseUnwritten({ name: target, shortName: target }, error)] };
  } finally {
    bar.clear();
  }
}

async function run(given: Arguments): Promise<Report> {
  const [text = '', database = ''] = given.words;
  if (isStandardOutput(database))
    throw new UsageError('a database is a file; it cannot be written to standard output');
  if (text !== '-' && isSameFile(text, database)) {
    throw new UsageError(
      `${quoted(text)} would be written over itself`,
      'the text comes first, then the database',
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
    text: () => [`${quoted(database)} holds ${entries} ${entries === 1 ? 'entry' : 'entries'}`],
    complaint: (paint) => warnings.map((one) => diagnosticText(one, paint)),
  };
}

/** `pmdf crdb` */
export const crdb: Command = {
  name: 'crdb',
  summary: 'compile a text file into a database',
  operands: 'TEXT DB',
  words: { least: 2, most: 2 },
  options: [
    {
      name: 'duplicates',
      takes: 'nothing',
      help: 'let a key have several values; look-ups find the first',
    },
    { name: 'long-records', takes: 'nothing', help: "PMDF's; lines of 16384 characters always fit" },
    {
      name: 'quoted',
      takes: 'nothing',
      help: "PMDF's; blanks between quotation marks always belong to the key",
    },
  ],
  about: [
    'Each line of the text is a key, blanks, and a value; `!` in column 1 begins a comment. Keys are kept in',
    'lower case. `-` in place of TEXT is standard input. The configuration takes a database for a CDB file when',
    'its name ends in `.cdb`; Postfix reads the same file as `cdb:`. The new file takes the place of the old at',
    'once, and servers that run go over to it. With an error in the text the old file stays: exit code 2.',
  ],
  run,
};
