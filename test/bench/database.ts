/*
 * The constant database against Postfix's `cdb:`: building from a million lines, and look-ups of random keys that are there
 * and that are not. The answers are compared.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDatabase } from '../../runtime/databases/build-database.js';
import { openCdb } from '../../runtime/databases/cdb-reader.js';
import type { EmbeddedDatabase } from '../../runtime/databases/database.js';
import { systemClock } from '../../runtime/time/clock.js';
import { aheadOf, atMostTimes } from './goal.js';
import { compare, microsecondsPerCall } from './measure.js';
import { postmap } from './programs.js';
import type { Row, Table } from './row.js';

const lines = 1_000_000;
const questions = 200_000;
const megabyte = 1 << 20;
/** The default of the setting limits.database_memory, in which the hash tables fit, and one in which the file fits. */
const tablesOnly = 16 * megabyte;
const wholeFile = 128 * megabyte;
const theirs = 'postmap -q - cdb:';

/** Numbers below `limit` that look random, the same in each run. */
function numbers(limit: number): readonly number[] {
  let state = 1;
  return Array.from({ length: questions }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  });
}

const present = numbers(lines).map((number) => `user${number}`);
const missing = numbers(1_000_000_000).map((number) => `nobody${number}`);

/** What postmap prints for these keys. */
function answersOf(database: EmbeddedDatabase, keys: readonly string[]): string {
  return keys
    .map((key) => {
      const answer = database.get(key);
      return answer.kind === 'found' ? `${key}\t${answer.value}\n` : '';
    })
    .join('');
}

/** Runs work with the database open; of the file at most `memory` octets are kept in memory. */
async function withDatabase<T>(
  path: string,
  memory: number,
  work: (database: EmbeddedDatabase) => Promise<T>,
): Promise<T> {
  const options = { clock: systemClock, report: () => undefined, memory: () => memory };
  const { value } = openCdb(path, { name: path, shortName: 'ours.cdb' }, options);
  if (value === null) throw new Error('the database could not be opened');
  try {
    return await work(value);
  } finally {
    value.close();
  }
}

/** A row of look-ups; the time of postmap is without that of its start. */
async function looking(what: string, database: EmbeddedDatabase, given: Given): Promise<Row> {
  const { keys, ask } = given;
  const input = `${keys.join('\n')}\n`;
  return await compare({
    what,
    unit: 'us',
    ours: () => microsecondsPerCall(keys.length, (index) => void database.get(keys[index] ?? '')),
    peers: [
      {
        name: theirs,
        run: () => {
          let answers = '';
          const start = microsecondsPerCall(1, () => void ask('none\n'));
          const all = microsecondsPerCall(1, () => {
            answers = ask(input);
          });
          if (answers !== answersOf(database, keys)) throw new Error('the answers differ');
          return (all - start) / keys.length;
        },
      },
    ],
    goals: [atMostTimes(2, theirs)],
  });
}

interface Given {
  readonly keys: readonly string[];
  /** Asks postmap for lines of keys. */
  readonly ask: (input: string) => string;
}

/** The table `database`. */
export async function databaseTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  try {
    const text = join(folder, 'general');
    const target = join(folder, 'ours.cdb');
    writeFileSync(join(folder, 'main.cf'), '');
    writeFileSync(
      text,
      `${Array.from({ length: lines }, (_, index) => `user${index} user${index}@other.com`).join('\n')}\n`,
    );
    const names = { name: text, shortName: 'general' };
    const building = await compare({
      what: 'pmdf crdb, 1 000 000 lines',
      unit: 'us',
      ours: () => microsecondsPerCall(1, () => void buildDatabase({ path: text, names }, target)),
      peers: [
        {
          name: 'postmap cdb:',
          run: () => microsecondsPerCall(1, () => void postmap(['-c', folder, `cdb:${text}`])),
        },
      ],
      goals: [aheadOf('postmap cdb:')],
    });
    const ask = (input: string): string => postmap(['-c', folder, '-q', '-', `cdb:${text}`], input);
    const rows: Row[] = [building];
    const memories = [
      ['hash tables in memory', tablesOnly],
      ['whole file in memory', wholeFile],
    ] as const;
    for (const [where, memory] of memories) {
      await withDatabase(target, memory, async (database) => {
        for (const [what, keys] of [
          ['found', present],
          ['absent', missing],
        ] as const) {
          rows.push(await looking(`a key that is ${what}, ${where}`, database, { keys, ask }));
        }
      });
    }
    const notes = [
      `1 000 000 entries, ${questions} random keys in each round, one process that is already running.`,
    ];
    return { name: 'database', rows, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
