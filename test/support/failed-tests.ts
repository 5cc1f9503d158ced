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

/** File, title and the first line of the error. */
function failureText(test: Runnable, error: unknown): string {
  // Errors from a worker are objects with the properties of an error.
  const message = String(Reflect.get(Object(error), 'message') ?? error);
  const [line = ''] = message.trim().split('\n');
  const file = test.file === undefined ? 'unknown file' : relative(projectRoot, test.file);
  return `${file}\n    ${test.fullTitle()}\n    ${line}`;
}

/**
 * The failures that a mocha that has ended wrote into the file, which is deleted; one that tells how mocha ended if it
 * was not well and names no test.
 */
export function takeFailures(file: string, ending: number | NodeJS.Signals | null): readonly string[] {
  const written: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  rmSync(file, { force: true });
  const failures = Array.isArray(written) ? written.map(String) : [];
  if (ending === 0 || failures.length > 0) return failures;
  return [`mocha ended with ${ending} and named no failed test; its own output says why`];
}

/** The last lines of the output. */
export function failuresText(failures: readonly string[]): string {
  if (failures.length === 0) return 'every test passed';
  return [`${failures.length} failed:`, ...failures].join('\n\n');
}

const failures: string[] = [];

export function mochaGlobalSetup(this: Runner): void {
  this.on('fail', (test, error) => failures.push(failureText(test, error)));
}

export function mochaGlobalTeardown(): void {
  const file = process.env[failedTestsVariable];
  if (file !== undefined) writeFileSync(file, JSON.stringify(failures));
}
