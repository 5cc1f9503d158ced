/*
 * `pmdf dumpdb`: writes a CDB file as the text that `pmdf crdb` reads. Entries of other tools' databases that no
 * line can express are listed and left out.
 */

import { isUtf8 } from 'node:buffer';
import { counted } from '../lib/text/index.js';
import { type CdbFile, diagnoseCdb, openCdbFile, printDatabaseLine } from '../runtime/databases/index.js';
import { ConfigError } from '../runtime/index.js';
import {
  type Arguments,
  type Command,
  failedReport,
  goodReport,
  isStandardOutput,
  type LineOutput,
  linesToFile,
  linesToStream,
  quoted,
  type Report,
} from './support/index.js';

const mostNamed = 10;

function unusable(database: string, outcome: Parameters<typeof diagnoseCdb>[1]): ConfigError {
  return new ConfigError([diagnoseCdb({ name: database, shortName: database }, outcome)]);
}

/** The entries of a file in order; the value is null if an entry is not text. */
function* entriesOf(file: CdbFile, database: string): Generator<{ key: string; value: string | null }> {
  for (const step of file.records()) {
    if (step.kind === 'damaged') throw unusable(database, step);
    const isText = isUtf8(step.key) && isUtf8(step.value);
    yield { key: step.key.toString('utf8'), value: isText ? step.value.toString('utf8') : null };
  }
}

/** Writes the entries; counts them and those that no line can express, and returns some keys of the latter. */
async function dump(file: CdbFile, database: string, output: LineOutput) {
  let written = 0;
  let leftOut = 0;
  const named: string[] = [];
  for (const { key, value } of entriesOf(file, database)) {
    const line = value === null ? null : printDatabaseLine(key, value);
    if (line === null) {
      leftOut += 1;
      if (named.length < mostNamed) named.push(key);
      continue;
    }
    const waiting = output.add(line);
    if (waiting !== undefined) await waiting;
    written += 1;
  }
  await output.end();
  return { written, leftOut, named };
}

async function dumpLines(file: CdbFile, database: string, target: string | undefined): Promise<Report> {
  const output = target === undefined ? linesToStream(process.stdout) : linesToFile(target);
  try {
    const { written, leftOut, named } = await dump(file, database, output);
    const json = { database, file: target, written, leftOut };
    if (leftOut === 0) return goodReport(json, []);
    const keys = named.map(quoted).join(', ') + (leftOut > named.length ? ', ...' : '');
    return failedReport(json, `${counted(leftOut, 'entry', 'entries')} cannot be written as text: ${keys}`);
  } finally {
    output.drop();
  }
}

function dumpJson(file: CdbFile, database: string): Report {
  const entries = [...entriesOf(file, database)];
  const hasAll = entries.every((entry) => entry.value !== null);
  return { exitCode: hasAll ? 0 : 1, json: { database, entries }, text: () => [] };
}

async function run(given: Arguments): Promise<Report> {
  const [database = '', file] = given.words;
  const target = file === undefined || isStandardOutput(file) ? undefined : file;
  const opened = openCdbFile(database);
  if (opened.kind !== 'open') throw unusable(database, opened);
  try {
    if (target === undefined && given.flags.has('json')) return dumpJson(opened.file, database);
    return await dumpLines(opened.file, database, target);
  } finally {
    opened.file.close();
  }
}

export const dumpdb: Command = {
  name: 'dumpdb',
  summary: 'write a database as text',
  operands: 'DB [FILE]',
  words: { least: 1, most: 2 },
  options: [],
  about: [
    'Writes a line for each entry, in the order in which they were added, to FILE or to standard output; `pmdf crdb` reads',
    'it back. Exit code 1 if entries were left out because no line can express them, such as a key with a blank from',
    'another tool; 2 if the database is damaged: then FILE is not written.',
  ],
  run,
};
