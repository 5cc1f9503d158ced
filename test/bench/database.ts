/*
 * The constant database against Postfix's `cdb:`: building from a million lines, and a million look-ups.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDatabase } from '../../runtime/databases/build-database.js';
import { openCdb } from '../../runtime/databases/cdb-reader.js';
import { systemClock } from '../../runtime/time/clock.js';
import { aheadOf, atMost, atMostTimes } from './goal.js';
import { compare, microsecondsPerCall } from './measure.js';
import { postmap } from './programs.js';
import type { Table } from './row.js';

const lines = 1_000_000;
const questions = 200_000;

function keyOf(index: number): string {
  return `user${(index * 7919) % lines}`;
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
    const input = `${Array.from({ length: questions }, (_, index) => keyOf(index)).join('\n')}\n`;
    const build = (): number =>
      microsecondsPerCall(
        1,
        () => void buildDatabase({ path: text, names: { name: text, shortName: 'general' } }, target),
      );
    const postmapTime = (args: readonly string[], given?: string): number =>
      microsecondsPerCall(1, () => void postmap(['-c', folder, ...args], given));
    const building = await compare({
      what: 'pmdf crdb, 1 000 000 lines',
      unit: 'us',
      ours: build,
      peers: [{ name: 'postmap cdb:', run: () => postmapTime([`cdb:${text}`]) }],
      goals: [aheadOf('postmap cdb:')],
    });
    const opened = openCdb(
      target,
      { name: target, shortName: 'ours.cdb' },
      { clock: systemClock, report: () => undefined },
    );
    const database = opened.value;
    if (database === null) throw new Error('the database could not be opened');
    const looking = await compare({
      what: 'look-up among 1 000 000 entries',
      unit: 'us',
      ours: () => microsecondsPerCall(questions, (index) => void database.get(keyOf(index))),
      peers: [
        {
          name: 'postmap -q - cdb:',
          run: () => postmapTime(['-q', '-', `cdb:${text}`], input) / questions,
        },
      ],
      goals: [atMostTimes(2, 'postmap -q - cdb:'), atMost(4)],
    });
    database.close();
    return { name: 'database', rows: [building, looking] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
