/*
 * With `--slowest`, mocha prints at the end which files took longest. The time of a file is that of its tests and hooks;
 * files that run side by side slow each other.
 */
import { relative } from 'node:path';
import type { Runner } from 'mocha';
import { projectRoot } from './project-root.js';

const mostFiles = 25;

/** What a file has taken so far. */
export interface FileTime {
  readonly ms: number;
  readonly tests: number;
}

/** The slowest files as a table, slowest first. */
export function tableOf(times: ReadonlyMap<string, FileTime>): string {
  const rows = [...times]
    .toSorted(([, one], [, other]) => other.ms - one.ms)
    .slice(0, mostFiles)
    .map(([file, { ms, tests }]) => {
      const seconds = (ms / 1_000).toFixed(1);
      return `${seconds.padStart(9)} ${String(tests).padStart(6)}  ${relative(projectRoot, file)}`;
    });
  return ['  seconds  tests  file', ...rows, ''].join('\n');
}

const times = new Map<string, FileTime>();

function add(file: string | undefined, ms: number | undefined, tests: number): void {
  if (file === undefined) return;
  const before = times.get(file) ?? { ms: 0, tests: 0 };
  times.set(file, { ms: before.ms + (ms ?? 0), tests: before.tests + tests });
}

export function mochaGlobalSetup(this: Runner): void {
  this.on('hook end', ({ file, duration }) => add(file, duration, 0));
  this.on('test end', ({ file, duration }) => add(file, duration, 1));
}

export function mochaGlobalTeardown(): void {
  if (process.argv.includes('--slowest')) console.log(tableOf(times));
}
