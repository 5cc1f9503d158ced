/*
 * `pmdf db get|set|delete`: one entry of a CDB file. Changes of several processes at once do not lose one
 * another, and a crash leaves the old file or the new one.
 */
import { performance } from 'node:perf_hooks';
import { errorAt } from '../lib/index.js';
import { openCdb } from '../runtime/cdb-reader.js';
import { systemClock } from '../runtime/clock.js';
import { lookUp } from '../runtime/database.js';
import { parseDatabaseLine } from '../runtime/database-line.js';
import { changeDatabase, type DatabaseChange } from '../runtime/db-update.js';
import { commandPatience } from '../runtime/file-lock.js';
import { ConfigError } from '../runtime/policy-store.js';
import type { Arguments } from './support/arguments.js';
import type { Command, Report } from './support/command.js';
import { progressBar } from './support/progress-bar.js';
import { quoted, visible } from './support/visible.js';

function namesOf(database: string): { name: string; shortName: string } {
  return { name: database, shortName: database };
}

function absentReport(database: string, key: string, json: object): Report {
  return {
    exitCode: 1,
    json,
    text: () => [],
    complaint: () => [`pmdf: ${quoted(key)} is not in ${quoted(database)}`],
  };
}

async function get(given: Arguments): Promise<Report> {
  const [database = '', key = ''] = given.words;
  const names = namesOf(database);
  const { value: opened, diagnostics } = openCdb(database, names, { clock: systemClock, report: () => {} });
  if (opened === null) throw new ConfigError(diagnostics);
  const answer = lookUp(opened, key);
  opened.close();
  switch (answer.kind) {
    case 'found': {
      const { value } = answer;
      return { exitCode: 0, json: { database, key, found: true, value }, text: () => [visible(value)] };
    }
    case 'absent':
      return absentReport(database, key, { database, key, found: false, value: null });
    case 'failed':
      throw new ConfigError([
        errorAt({ source: { ...names, text: '' }, offset: 0, length: 0 }, 'database/damaged', answer.cause),
      ]);
  }
}

/** Makes a change. Throws ConfigError when it cannot be done. */
async function change(database: string, what: DatabaseChange): Promise<{ before: number; entries: number }> {
  const bar = progressBar(`writing ${database}`, process.stderr, () => performance.now());
  try {
    const outcome = await changeDatabase(database, namesOf(database), what, commandPatience, bar.progress);
    if (outcome.kind === 'failed') throw new ConfigError(outcome.diagnostics);
    return outcome;
  } finally {
    bar.clear();
  }
}

/** The entry as a line of a text would give it. Throws for what no line can say. */
function entryOf(key: string, value: string): { key: string; value: string } {
  if (/[\r\n]/.test(key + value)) throw new Error('a key or value cannot hold a line end');
  if (key.startsWith('!')) throw new Error('a key cannot begin with `!`, which begins a comment');
  const line = parseDatabaseLine(`${key} ${value}`);
  switch (line.kind) {
    case 'wrong':
      throw new Error(line.message);
    case 'nothing':
      throw new Error('a key and a value are needed');
    case 'entry':
      if (line.key === key) return line;
      throw new Error(`the key ${quoted(key)} holds a blank, so it needs quotation marks around it`);
  }
}

async function set(given: Arguments): Promise<Report> {
  const [database = '', writtenKey = '', writtenValue = ''] = given.words;
  const { key, value } = entryOf(writtenKey, writtenValue);
  const { before, entries } = await change(database, { kind: 'set', key, value });
  return {
    exitCode: 0,
    json: { database, key, value, replaced: before, entries },
    text: () => [`${quoted(key)} ${before === 0 ? 'added' : 'replaced'}`],
  };
}

async function remove(given: Arguments): Promise<Report> {
  const [database = '', key = ''] = given.words;
  const { before, entries } = await change(database, { kind: 'delete', key });
  const json = { database, key, deleted: before, entries };
  if (before === 0) return absentReport(database, key, json);
  return { exitCode: 0, json, text: () => [`${quoted(key)} deleted`] };
}

const aboutChanges = [
  'The file is written anew and takes the place of the old one, so this takes about a second for each million',
  'entries; for many changes use `pmdf crdb`. Meanwhile others who change it wait.',
];

/** `pmdf db get` */
export const dbGet: Command = {
  name: 'db get',
  summary: 'look up a key of a database',
  operands: 'DB KEY',
  words: { least: 2, most: 2 },
  options: [],
  about: [
    'Prints the value, as a look-up by the server would find it: the key in lower case first, then as it is.',
    'Exit code 1 when the key is not there, 2 when the database cannot be read.',
  ],
  run: get,
};

/** `pmdf db set` */
export const dbSet: Command = {
  name: 'db set',
  summary: 'give a key of a database a value',
  operands: 'DB KEY VALUE',
  words: { least: 3, most: 3 },
  options: [],
  about: [
    'Puts the value in place of all that the key had; the case of the key does not count. A database that is',
    'missing is made. Exit code 1 when key or value cannot stand in a database, 2 when it cannot be changed.',
    ...aboutChanges,
  ],
  run: set,
};

/** `pmdf db delete` */
export const dbDelete: Command = {
  name: 'db delete',
  summary: 'take a key out of a database',
  operands: 'DB KEY',
  words: { least: 2, most: 2 },
  options: [],
  about: [
    'Takes out all values of the key; the case of the key does not count. Exit code 1 when the key is not there,',
    '2 when the database cannot be changed.',
    ...aboutChanges,
  ],
  run: remove,
};
