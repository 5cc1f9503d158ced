/*
 * Which tests failed, for the end of the output of `npm test`: mocha writes them into the file that `PMDF_FAILED_TESTS`
 * names, and `test/run.ts` prints those of all its runs of mocha after everything else.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Runnable, Runner } from 'mocha';
import { projectRoot } from './project-root.js';

/** The variable of the environment that names the file. */
export const failedTestsVariable = 'PMDF_FAILED_TESTS';

/** A test, or a hook, that failed. */
export interface Failure {
  /** Relative to the project; empty when mocha named none. */
  readonly file: string;
  readonly title: string;
  /** The first lines of the error. */
  readonly error: string;
}

const linesOfError = 12;

function firstLines(message: string): string {
  const lines = message.trim().split('\n');
  const more = lines.length > linesOfError ? ['...'] : [];
  return [...lines.slice(0, linesOfError), ...more].join('\n    ');
}

function failureOf(test: Runnable, error: unknown): Failure {
  // Errors from a worker are objects with the properties of an error.
  const message = String(Reflect.get(Object(error), 'message') ?? error);
  const file = test.file === undefined ? '' : relative(projectRoot, test.file);
  return { file, title: test.fullTitle(), error: firstLines(message) };
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'file' in value && 'error' in value;
}

/**
 * The failures that a mocha that has ended wrote into the file, which is deleted; one that tells how mocha ended if it
 * was not well and names no test.
 */
export function takeFailures(file: string, ending: number | NodeJS.Signals | null): readonly Failure[] {
  const written: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  rmSync(file, { force: true });
  const failures = Array.isArray(written) ? written.filter(isFailure) : [];
  if (ending === 0 || failures.length > 0) return failures;
  const error = 'it named no failed test; its own output says why';
  return [{ file: '', title: `mocha ended with ${ending}`, error }];
}

/** The files to run once more alone, so that a fault of the project is told from a busy machine. */
export function filesToRepeat(failures: readonly Failure[]): readonly string[] {
  return [...new Set(failures.map(({ file }) => file))].filter((file) => file !== '');
}

function listed(heading: string, failures: readonly Failure[]): string[] {
  if (failures.length === 0) return [];
  return [heading, ...failures.map(({ file, title, error }) => `${file}\n    ${title}\n    ${error}`)];
}

/** The last lines of the output. `busy` failed beside other files only. */
export function failuresText(failed: readonly Failure[], busy: readonly Failure[]): string {
  const heading = `${busy.length} failed beside other files, and passed when their file ran alone:`;
  return [
    ...listed(heading, busy),
    ...(failed.length === 0 ? ['every test passed'] : listed(`${failed.length} failed:`, failed)),
  ].join('\n\n');
}

const failures: Failure[] = [];

export function mochaGlobalSetup(this: Runner): void {
  this.on('fail', (test, error) => failures.push(failureOf(test, error)));
}

export function mochaGlobalTeardown(): void {
  const file = process.env[failedTestsVariable];
  if (file !== undefined) writeFileSync(file, JSON.stringify(failures));
}
