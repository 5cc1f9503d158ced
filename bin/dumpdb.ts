/*
 * `pmdf dumpdb`: writes a CDB file as the text that `pmdf crdb` reads. Entries of other tools' databases that no
 * line can express are listed and left out.
 */

import { isUtf8 } from 'node:buffer';
import {
  type CdbFile,
  diagnoseCdb,
  diagnoseUnwritten,
  openCdbFile,
  printDatabaseLine,
} from '../runtime/databases/index.js';
import { ConfigError } from '../runtime/index.js';
import {
  type Arguments,
  type Command,
  isStandardOutput,
  type LineOutput,
  linesToFile,
  linesToStream,
  quoted,
  type Report,
} from './support/index.js';

const mostNamed = 10;

function damaged(database: string, cause: string): ConfigError {
  return new ConfigError([diagnoseCdb({ name: database, shortName: database }, { kind: 'damaged', cause })]);
}

/** The entries of a file in order; the value is null if an entry is not text. */
function* entriesOf(file: CdbFile, database: string): Generator<{ key: string; value: string | null }> {
  for (const step of file.records()) {
    if (step.kind === 'damaged') throw damaged(database, step.cause);
    const isText = isUtf8(step.key) && isUtf8(step.value);
    yield { key: step.key.toString('utf8'), value: isText ? step.value.toString('utf8') : null };
  }
}

/** How many entries were written, and how many not, with some of their keys. */
interface Dump {
  readonly written: number;
  readonly leftOut: number;
  readonly named: readonly string[];
}

async function dump(file: CdbFile, database: string, output: LineOutput): Promise<Dump> {
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

function complaints({ leftOut, named }: Dump): string[] {
  if (leftOut === 0) return [];
  const keys = named.map(quoted).join(', ');
  const more = leftOut > named.length ? ', ...' : '';
  return [
    `pmdf: ${leftOut} ${leftOut === 1 ? 'entry' : 'entries'} cannot be written as text: ${keys}${more}`,
  ];
}

function openTarget(target: string): LineOutput {
  try {
    return linesToFile(target);
  } catch (error) {
    throw new ConfigError([diagnoseUnwritten({ name: target, shortName: target }, error)]);
  }
}

async function dumpLines(file: CdbFile, database: string, target: string | undefined): Promise<Report> {
  const output = target === undefined ? linesToStream(process.stdout) : openTarget(target);
  try {
    const done = await dump(file, database, output);
    const { written, leftOut } = done;
    return {
      exitCode: leftOut === 0 ? 0 : 1,
      json: { database, file: target, written, leftOut },
      text: () => [],
      complaint: () => complaints(done),
    };
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
  if (opened.kind !== 'open') {
    throw new ConfigError([diagnoseCdb({ name: database, shortName: database }, opened)]);
  }
  try {
    if (target === undefined && given.flags.has('json')) return dumpJson(opened.file, database);
    return await dumpLines(opened.file, database, target);
  } finally {
    opened.file.close();
  }
}

/** `pmdf dumpdb` */
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
