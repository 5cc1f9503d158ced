/*
 * `pmdf db copy`: moves a whole database to another place: files and stores, in any combination. What was in the target is
 * replaced when the copy is complete, or stays.
 */
import { performance } from 'node:perf_hooks';
import { counted } from '../../lib/text/index.js';
import {
  diagnoseUnwritten,
  type NamedKeys,
  type NewContent,
  NewFile,
} from '../../runtime/databases/index.js';
import { commandPatience, LockHeld } from '../../runtime/files/index.js';
import { ConfigError } from '../../runtime/index.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  flagOption,
  goodReport,
  progressBar,
  quoted,
  type Report,
  UsageError,
  withContents,
} from '../support/index.js';
import { type Copied, copyEntries } from './copy/copy-entries.js';
import { type EntryReading, withEntries } from './copy/read-entries.js';
import { type DatabaseFile, type FoundDatabase, findDatabase } from './find-database.js';

function placeOf(database: FoundDatabase): string {
  return database.kind === 'file' ? database.path : JSON.stringify(database.stored);
}

async function withNewFile<T>(
  { path, names }: DatabaseFile,
  severalValues: boolean,
  work: (content: NewContent) => Promise<T>,
): Promise<T> {
  const content = new NewFile(path, commandPatience, severalValues);
  try {
    return await work(content);
  } catch (error) {
    const isOfFile = error instanceof Error && 'code' in error && !(error instanceof LockHeld);
    throw isOfFile ? new ConfigError([diagnoseUnwritten(names, error)]) : error;
  } finally {
    await content.abandon();
  }
}

/**
 * Gives some work new content for a database, which is dropped unless the work commits it. With `severalValues` it keeps all values
 * of a key, if the database can hold them.
 */
async function withNewContent<T>(
  target: FoundDatabase,
  severalValues: boolean,
  work: (content: NewContent) => Promise<T>,
): Promise<T> {
  if (target.kind === 'file') return await withNewFile(target, severalValues, work);
  return await withContents(target, async (contents) => {
    const content = await contents.replace(severalValues);
    try {
      return await work(content);
    } finally {
      await content.abandon().catch(() => undefined);
    }
  });
}

function listOf({ count, keys }: NamedKeys): string {
  return keys.map(quoted).join(', ') + (count > keys.length ? ', ...' : '');
}

function keysJson({ count, keys }: NamedKeys): object {
  return { count, keys };
}

/** What could not be copied, in words. */
function losses(to: string, { unfit, reason, repeated }: Copied): string[] {
  const lines: string[] = [];
  if (unfit.count > 0) {
    const which = `${counted(unfit.count, 'entry', 'entries')} that ${quoted(to)} cannot hold: ${listOf(unfit)}`;
    lines.push(`${which}; of the first: ${reason}`);
  }
  if (repeated.count > 0)
    lines.push(
      `${counted(repeated.count, 'further value')} of keys that have one already: ${listOf(repeated)}`,
    );
  return lines;
}

interface Ends {
  readonly from: string;
  readonly to: string;
}

async function copied(
  { from, to }: Ends,
  reading: EntryReading,
  { content, mayLose }: { readonly content: NewContent; readonly mayLose: boolean },
): Promise<Report> {
  const barOf = (label: string) => progressBar(label, process.stderr, () => performance.now());
  let bar = barOf(`copying ${from}`);
  try {
    const outcome = await copyEntries(reading, content, bar.entries);
    bar.clear();
    const lost = losses(to, outcome);
    const { read, unfit, repeated } = outcome;
    const json = { from, to, read, unfit: keysJson(unfit), repeated: keysJson(repeated) };
    if (lost.length > 0 && !mayLose) {
      return {
        exitCode: 1,
        json: { ...json, copied: 0 },
        text: () => [],
        complaint: () => [
          `pmdf: nothing was copied to ${quoted(to)}`,
          ...lost.map((line) => `  ${line}`),
          '  hint: correct them, or leave them out with --skip',
        ],
      };
    }
    bar = barOf(`writing ${to}`);
    const count = await content.commit(bar.entries);
    const said = `${counted(count, 'entry', 'entries')} copied to ${quoted(to)}`;
    return goodReport(
      { ...json, copied: count },
      [said],
      lost.map((line) => `left out: ${line}`),
    );
  } finally {
    bar.clear();
  }
}

async function run(given: Arguments): Promise<Report> {
  const [from = '', to = ''] = given.words;
  const source = await findDatabase(given, from);
  const target = await findDatabase(given, to);
  if (placeOf(source) === placeOf(target))
    throw new UsageError(`${quoted(from)} and ${quoted(to)} are the same database`);
  const mayLose = given.flags.has('skip');
  // An ambiguous name has to stay ambiguous.
  const severalValues = source.directory !== null || target.directory !== null;
  return await withEntries(source, (reading) =>
    withNewContent(target, severalValues, (content) => copied({ from, to }, reading, { content, mayLose })),
  );
}

export const dbCopy: Command = {
  name: 'db copy',
  summary: 'copy a database to a file or a store',
  operands: 'DB TARGET',
  words: { least: 2, most: 2 },
  options: [
    flagOption('skip', 'leave out entries that TARGET cannot hold, and all but the first value of a key'),
    ...configurationOptions,
  ],
  about: [
    'Copies all entries of DB to TARGET, whose own entries they replace. Both are files (text, or CDB if the name ends in',
    '`.cdb`) or databases of the configuration, which may be in a store: general, alias, forward, domain, reverse, or the pseudo',
    'domain of a directory channel. Keys are stored in lower case. TARGET changes when everything was read; if that fails or is',
    'interrupted, it stays as it was. Only strings in Redis are written one after the other. Without --skip, an entry that cannot',
    'be copied stops the copy: exit code 1. Exit code 2 if DB cannot be read or TARGET not be written.',
  ],
  run,
};
