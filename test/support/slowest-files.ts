/*
 * With `--slowest`, mocha prints at the end which files took longest and which took most processor time. The time of a
 * file is that of its tests and hooks; files that run side by side slow each other.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Context, RootHookObject, Runner } from 'mocha';
import { processorSeconds } from './processor-seconds.js';
import { projectRoot } from './project-root.js';

const mostFiles = 25;

/** What a file has taken so far. */
export interface FileTime {
  readonly ms: number;
  readonly tests: number;
  /** Processor time in seconds, of the process that ran the file and of the processes that it started. */
  readonly processor: number;
}

/** The slowest files as a table, slowest first, and the files that took most processor time. */
export function tableOf(times: ReadonlyMap<string, FileTime>): string {
  const rows = (order: (time: FileTime) => number): readonly string[] =>
    [...times]
      .toSorted(([, one], [, other]) => order(other) - order(one))
      .slice(0, mostFiles)
      .map(([file, { ms, tests, processor }]) => {
        const cells = [
          (ms / 1_000).toFixed(1).padStart(9),
          processor.toFixed(1).padStart(10),
          `${tests}`.padStart(6),
        ];
        return `${cells.join(' ')}  ${relative(projectRoot, file)}`;
      });
  const head = '  seconds  processor  tests  file';
  return [head, ...rows(({ ms }) => ms), '', head, ...rows(({ processor }) => processor), ''].join('\n');
}

const times = new Map<string, FileTime>();

function add(file: string | undefined, more: Partial<FileTime>): void {
  if (file === undefined) return;
  const before = times.get(file) ?? { ms: 0, tests: 0, processor: 0 };
  times.set(file, {
    ms: before.ms + (more.ms ?? 0),
    tests: before.tests + (more.tests ?? 0),
    processor: before.processor + (more.processor ?? 0),
  });
}

/** Names the file to which every process that runs test files appends what each of them took. */
const writtenVariable = 'PMDF_PROCESSOR_SECONDS';
let counted = 0;

/** Where files run side by side, after each of them, in the process that ran it. */
export const mochaHooks: RootHookObject = {
  afterAll(this: Context): void {
    const written = process.env['MOCHA_WORKER_ID'] === undefined ? undefined : process.env[writtenVariable];
    const file = this.test?.parent?.suites[0]?.file;
    const now = processorSeconds();
    if (written === undefined || file === undefined || now === undefined) return;
    appendFileSync(written, `${now - counted} ${file}\n`);
    counted = now;
  },
};

export function mochaGlobalSetup(this: Runner): void {
  this.on('hook end', ({ file, duration = 0 }) => add(file, { ms: duration }));
  this.on('test end', ({ file, duration = 0 }) => add(file, { ms: duration, tests: 1 }));
  if (process.argv.includes('--slowest')) {
    process.env[writtenVariable] = join(tmpdir(), `pmdf-processor-seconds-${process.pid}`);
  }
}

export function mochaGlobalTeardown(): void {
  const written = process.env[writtenVariable];
  if (written === undefined) return;
  if (existsSync(written)) {
    for (const line of readFileSync(written, 'utf8').split('\n')) {
      const [seconds = '', file] = line.split(/ (.*)/);
      add(file, { processor: Number(seconds) });
    }
    rmSync(written);
  }
  console.log(tableOf(times));
}
