/*
 * `pmdf db get|set|delete`: entries of a database. Several processes may change a CDB file at the same time
 * without losing a change, and a crash leaves the old file or the new one.
 */

import { performance } from 'node:perf_hooks';
import { errorAt, spanOfFile } from '../lib/text/index.js';
import {
  changeDatabase,
  type DatabaseChange,
  lookUp,
  openCdb,
  openTextDatabase,
  parseDatabaseLine,
} from '../runtime/databases/index.js';
import { commandPatience } from '../runtime/files/index.js';
import { ConfigError } from '../runtime/index.js';
import { systemClock } from '../runtime/time/index.js';
import {
  type DatabaseFile,
  type FoundDatabase,
  findDatabase,
  isCdb,
  requireCdb,
} from './db/find-database.js';
import { allValues, asValues, valuesJson } from './db/found-values.js';
import { deleteStored, getStored, setStored } from './db/stored.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  failedReport,
  fromInput,
  goodReport,
  linesOf,
  progressBar,
  quoted,
  type Report,
  UsageError,
  visible,
} from './support/index.js';

export { dbCopy } from './db/copy.js';

function absentReport(database: string, key: string, json: object): Report {
  return failedReport(json, `${quoted(key)} is not in ${quoted(database)}`);
}

async function get(given: Arguments): Promise<Report> {
  const [database = '', key = ''] = given.words;
  const where = await findDatabase(given, database);
  if (where.kind === 'store') return await getStored(given, where, key);
  const { path, names, directory } = where;
  const open = isCdb(path) ? openCdb : openTextDatabase;
  const severalValues = directory !== null;
  const options = { clock: systemClock, report: () => {}, severalValues };
  const { value: opened, diagnostics } = open(path, names, options);
  if (opened === null) throw new ConfigError(diagnostics);
  const answer = severalValues ? opened.values(key, allValues) : asValues(lookUp(opened, key));
  opened.close();
  switch (answer.kind) {
    case 'values':
      return goodReport({ database, key, ...valuesJson(where, answer.values) }, answer.values.map(visible));
    case 'absent':
      return absentReport(database, key, { database, key, ...valuesJson(where, []) });
    case 'failed':
      throw new ConfigError([errorAt(spanOfFile(names), 'database/damaged', answer.cause)]);
  }
}

/** Makes a change. Throws ConfigError if that fails. */
async function change({ path, names }: DatabaseFile, what: DatabaseChange) {
  const bar = progressBar(`writing ${names.name}`, process.stderr, () => performance.now());
  try {
    const outcome = await changeDatabase(path, names, what, {
      patience: commandPatience,
      progress: bar.progress,
    });
    if (outcome.kind === 'failed') throw new ConfigError(outcome.diagnostics);
    return outcome;
  } finally {
    bar.clear();
  }
}

/** The entry as a line of a text database would have it. Throws if no line can express it. */
function entryOf(key: string, value: string): { key: string; value: string } {
  if (/[\r\n]/.test(key + value)) throw new Error('a key or value cannot contain a line end');
  if (key.startsWith('!')) throw new Error('a key cannot begin with `!`, which begins a comment');
  const line = parseDatabaseLine(`${key} ${value}`);
  switch (line.kind) {
    case 'wrong':
      throw new Error(line.message);
    case 'nothing':
      throw new Error('a key and a value are needed');
    case 'entry':
      if (line.key === key) return line;
      throw new Error(`the key ${quoted(key)} contains a blank, so it needs quotation marks around it`);
  }
}

/** The entries on standard input, as in a text database. Throws for the first wrong line, with its number. */
async function readEntries(): Promise<readonly { key: string; value: string }[]> {
  const entries: { key: string; value: string }[] = [];
  let number = 0;
  for await (const text of linesOf(process.stdin)) {
    number += 1;
    const line = parseDatabaseLine(text);
    if (line.kind === 'wrong') throw new Error(`line ${number}: ${line.message}`);
    if (line.kind === 'entry') entries.push({ key: line.key, value: line.value });
  }
  return entries;
}

async function setMany(database: string, file: FoundDatabase): Promise<Report> {
  const changes = await readEntries();
  if (changes.length === 0)
    throw new UsageError('standard input has no entry', 'write a key and a value on each line');
  const { added, entries } =
    file.kind === 'store'
      ? { ...(await setStored(file, changes)), entries: null }
      : await change(file, { kind: 'set', entries: changes });
  const keys = new Set(changes.map(({ key }) => key.toLowerCase())).size;
  const replaced = keys - added;
  return goodReport({ database, added, replaced, entries }, [`${added} added, ${replaced} replaced`]);
}

async function set(given: Arguments): Promise<Report> {
  const [database = '', writtenKey = '', writtenValue] = given.words;
  const file = await findDatabase(given, database);
  if (file.kind === 'file') requireCdb(file);
  if (writtenKey === fromInput && writtenValue === undefined) return await setMany(database, file);
  if (writtenValue === undefined)
    throw new UsageError('`KEY VALUE` is needed', '`pmdf db set DB -` reads entries from standard input');
  const { key, value } = entryOf(writtenKey, writtenValue);
  const entry = { key, value };
  const { before, entries } =
    file.kind === 'store'
      ? { ...(await setStored(file, [entry])), entries: null }
      : await change(file, { kind: 'set', entries: [entry] });
  const json = { database, key, value, replaced: before, entries };
  return goodReport(json, [`${quoted(key)} ${before === 0 ? 'added' : 'replaced'}`]);
}

async function remove(given: Arguments): Promise<Report> {
  const [database = '', key = ''] = given.words;
  const file = await findDatabase(given, database);
  if (file.kind === 'store') return await deleteStored(file, key);
  requireCdb(file);
  const { before, entries } = await change(file, { kind: 'delete', key });
  const json = { database, key, deleted: before, entries };
  if (before === 0) return absentReport(database, key, json);
  return goodReport(json, [`${quoted(key)} deleted`]);
}

const aboutDatabases = [
  'DB is a file, or a database of the configuration: general, alias, forward, domain, reverse, or the pseudo domain of a',
  'directory channel (CHANNEL:DOMAIN where several channels have it).',
];

const aboutChanges = [
  'A CDB file is rewritten and replaces the old one, which takes about a second per million entries; other commands',
  'that change it wait. Text files are not changed: edit them. In a store the entry is changed on its server.',
  ...aboutDatabases,
];

export const dbGet: Command = {
  name: 'db get',
  summary: 'look up a key in a database',
  operands: 'DB KEY',
  words: { least: 2, most: 2 },
  options: configurationOptions,
  about: [
    'Prints the value that the gateway would find: for the key in lower case, in a file else for the key as written. For a',
    'database in a store, standard error names the server that answered. For a directory channel, prints every value of',
    'the key.',
    ...aboutDatabases,
    'Exit code 1 if the key is not found, 2 if the database cannot be read or its server does not answer.',
  ],
  run: get,
};

export const dbSet: Command = {
  name: 'db set',
  summary: 'set the value of a key in a database',
  operands: 'DB KEY [VALUE]',
  words: { least: 2, most: 3 },
  options: configurationOptions,
  about: [
    'Replaces all values of the key with this one, whatever the case of its letters; creates a missing database. With',
    '`-` in place of KEY VALUE, standard input has a key and a value on each line, like the text of `pmdf crdb`; either',
    'all of them are set or none. Exit code 1 if a key or value is not valid, 2 if the database cannot be changed.',
    ...aboutChanges,
  ],
  run: set,
};

export const dbDelete: Command = {
  name: 'db delete',
  summary: 'delete a key from a database',
  operands: 'DB KEY',
  words: { least: 2, most: 2 },
  options: configurationOptions,
  about: [
    'Deletes all values of the key, whatever the case of its letters. Exit code 1 if the key is not found, 2 if the database',
    'cannot be changed.',
    ...aboutChanges,
  ],
  run: remove,
};
