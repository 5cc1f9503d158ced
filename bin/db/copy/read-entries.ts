/*
 * The entries that `pmdf db copy` reads, in batches, so that a million of them need little memory.
 */
import { isUtf8 } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasErrors } from '../../../lib/text/index.js';
import { buildDatabase, type CdbFile, diagnoseCdb, openCdbFile } from '../../../runtime/databases/index.js';
import type { FileNames } from '../../../runtime/files/index.js';
import { ConfigError } from '../../../runtime/index.js';
import { hasLists, type StoreContents } from '../../../runtime/stores/index.js';
import { withContents } from '../../support/index.js';
import { type DatabaseFile, type FoundDatabase, type FoundInStore, isCdb } from '../find-database.js';

/** An entry to copy, or one whose value is not text. */
export interface ReadEntry {
  readonly key: string;
  readonly value: string | null;
}

/** All entries of a database, with how much of it was read with each batch. */
export interface EntryReading {
  readonly batches: AsyncIterable<{
    readonly entries: readonly ReadEntry[];
    /** How many were read so far, and how many there are; 0 is not known. */
    readonly done: number;
    readonly of: number;
  }>;
}

const batchSize = 1_000;

function unusable(names: FileNames, outcome: Parameters<typeof diagnoseCdb>[1]): ConfigError {
  return new ConfigError([diagnoseCdb(names, outcome)]);
}

async function* batchesOf(
  file: CdbFile,
  names: FileNames,
  of: number,
): EntryReading['batches'] & AsyncGenerator {
  let entries: ReadEntry[] = [];
  let done = 0;
  for (const step of file.records()) {
    if (step.kind === 'damaged') throw unusable(names, step);
    const isText = isUtf8(step.key) && isUtf8(step.value);
    entries.push({ key: step.key.toString('utf8'), value: isText ? step.value.toString('utf8') : null });
    done += 1;
    if (entries.length < batchSize) continue;
    yield { entries, done, of };
    entries = [];
  }
  yield { entries, done, of };
}

async function withCdb<T>(
  path: string,
  names: FileNames,
  of: number,
  work: (reading: EntryReading) => Promise<T>,
) {
  const opened = openCdbFile(path);
  if (opened.kind !== 'open') throw unusable(names, opened);
  try {
    return await work({ batches: batchesOf(opened.file, names, of) });
  } finally {
    opened.file.close();
  }
}

/** A text is compiled first, which finds everything that is wrong in it. */
async function withFile<T>(
  { path, names }: DatabaseFile,
  work: (reading: EntryReading) => Promise<T>,
): Promise<T> {
  if (isCdb(path)) return await withCdb(path, names, 0, work);
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-'));
  try {
    const compiled = join(folder, 'entries.cdb');
    const { entries, diagnostics } = buildDatabase({ path, names, duplicates: 'permit' }, compiled);
    if (hasErrors(diagnostics)) throw new ConfigError(diagnostics);
    return await withCdb(compiled, names, entries, work);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* storedBatches(
  { database: { name }, directory }: FoundInStore,
  contents: StoreContents,
  of: number,
): EntryReading['batches'] & AsyncGenerator {
  const isList = directory === null && hasLists(name);
  let done = 0;
  for await (const batch of contents.entries()) {
    done += batch.length;
    const entries = batch.flatMap(({ key, values }) =>
      isList ? [{ key, value: values.join(', ') }] : values.map((value) => ({ key, value })),
    );
    yield { entries, done, of };
  }
}

/** Reads a database for some work. Throws ConfigError if it cannot be read, and what the work throws. */
export async function withEntries<T>(
  database: FoundDatabase,
  work: (reading: EntryReading) => Promise<T>,
): Promise<T> {
  if (database.kind === 'file') return await withFile(database, work);
  return await withContents(database, async (contents) =>
    work({ batches: storedBatches(database, contents, (await contents.count()) ?? 0) }),
  );
}
