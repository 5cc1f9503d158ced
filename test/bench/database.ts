/*
 * The constant database against Postfix's `cdb:`: building from a million lines, and a million look-ups.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDatabase } from '../../runtime/databases/build-database.js';
import { openCdb } from '../../runtime/databases/cdb-reader.js';
import { systemClock } from '../../runtime/time/clock.js';
import { inTurns, micros, microsecondsPerCall, type Table } from './measure.js';

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
    const postmap = (args: readonly string[], given?: string): number =>
      microsecondsPerCall(1, () => {
        execFileSync('postmap', ['-c', folder, ...args], { input: given ?? '', maxBuffer: 1 << 28 });
      });
    const [ourBuild = 0, theirBuild = 0] = await inTurns([build, () => postmap([`cdb:${text}`])]);
    const opened = openCdb(
      target,
      { name: target, shortName: 'ours.cdb' },
      { clock: systemClock, report: () => undefined },
    );
    const database = opened.value;
    if (database === null) throw new Error('the database could not be opened');
    const [ourLook = 0, theirLook = 0] = await inTurns([
      () => microsecondsPerCall(questions, (index) => void database.get(keyOf(index))),
      () => postmap(['-q', '-', `cdb:${text}`], input) / questions,
    ]);
    database.close();
    return {
      name: 'database',
      rows: [
        {
          what: 'pmdf crdb, 1 000 000 lines, against postmap cdb:',
          ours: micros(ourBuild),
          peer: micros(theirBuild),
          ratio: theirBuild / ourBuild,
          goal: 'ahead',
          reached: ourBuild < theirBuild,
        },
        {
          what: 'look-up among 1 000 000 entries, against postmap -q - cdb:',
          ours: micros(ourLook),
          peer: micros(theirLook),
          ratio: theirLook / ourLook,
          goal: '<= 2x its time, <= 4 us',
          reached: ourLook <= 2 * theirLook && ourLook <= 4,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
