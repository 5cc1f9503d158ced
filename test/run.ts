/*
 * `npm test`: every test file, side by side; those that measure time afterwards, as many at once as there are cores. Arguments are
 * those of mocha; `--slowest` lists the slowest files and says how much processor time all took. A file in which time ran
 * out, and nothing was wrong, runs once more alone. The last lines name every test that failed; it then exits with 1.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import {
  type Failure,
  failedTestsVariable,
  failuresText,
  filesToRepeat,
  takeFailures,
} from './support/failed-tests.js';
import { processorSeconds } from './support/processor-seconds.js';
import { projectRoot } from './support/project-root.js';
import { exactLimitsVariable, mostWorkers } from './support/worker.js';

/** Files with a time limit of the product that a busy machine could miss, the one that takes longest first. */
export const timed: readonly string[] = [
  'e2e/faults/backend',
  'e2e/auth/guessing',
  'e2e/bad-input',
  'e2e/switchchannel',
  'e2e/unanswered-names',
  'runtime/names/reverse-name',
];

/** With more, scanners and kills of processes reach their time limits. */
const jobsPerCore = 2;

/** Beginnings of the names of the files that take longest, which therefore start first, the longest at the beginning. */
const longest = [
  'e2e/faults/kill',
  'e2e/relay/relay',
  'e2e/stores/sql-answers',
  'e2e/commands/',
  'e2e/tls/scanners',
  'e2e/relay/',
  'install/',
  'e2e/stores/logins-and-directories',
  'bin/golden',
  'runtime/databases/db-update',
  'lib/proof/difference/random-edits',
  'lib/proof/judge/cases',
  'e2e/faults/',
  'e2e/layouts/',
  'e2e/stores/',
  'bin/streams',
  'e2e/',
  'bin/',
  'docs/',
];

/** Every test file, as in `timed`, in the order in which they start. */
export function testFiles(): readonly string[] {
  const root = join(projectRoot, 'dist', 'test');
  const rank = (name: string): number => {
    const found = longest.findIndex((beginning) => name.startsWith(beginning));
    return found === -1 ? longest.length : found;
  };
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .map((name) => name.replace(/\.test\.js$/, ''))
    .toSorted((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/** The settings of mocha in package.json, as arguments, without the list of files. */
function settings(): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const mocha: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'mocha') : {};
  return Object.entries(Object(mocha))
    .filter(([name]) => name !== 'spec')
    .flatMap(([name, value]) =>
      value === true ? [`--${name}`] : [value].flat().map((one) => `--${name}=${one}`),
    );
}

/** Runs mocha on compiled files, relative to the project; returns the failures. */
function failuresOf(
  words: readonly string[],
  files: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): readonly Failure[] {
  const mocha = join(projectRoot, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const all = [mocha, '--no-package', ...settings(), ...words, ...process.argv.slice(2), ...files];
  const written = join(tmpdir(), `pmdf-failed-tests-${process.pid}.json`);
  const { status, signal } = spawnSync(process.execPath, all, {
    cwd: projectRoot,
    env: { ...process.env, ...variables, [failedTestsVariable]: written },
    stdio: 'inherit',
  });
  return takeFailures(written, status ?? signal);
}

function compiled(name: string): string {
  return join('dist', 'test', `${name}.test.js`);
}

function sideBySide(
  jobs: number,
  names: readonly string[],
  variables?: NodeJS.ProcessEnv,
): readonly Failure[] {
  const words = ['--parallel', `--jobs=${Math.min(jobs, mostWorkers)}`];
  return failuresOf(words, names.map(compiled), variables);
}

if (require.main === module) {
  const cores = availableParallelism();
  const together = testFiles().filter((name) => !timed.includes(name));
  const first = [
    ...sideBySide(jobsPerCore * cores, together),
    // Most of them wait most of the time.
    ...sideBySide(cores, timed, { [exactLimitsVariable]: 'yes' }),
  ];
  const repeated = filesToRepeat(first);
  const again = repeated.length === 0 ? [] : failuresOf([], repeated);
  const failed = [...first.filter(({ file }) => !repeated.includes(file)), ...again];
  const failing = new Set(again.map(({ file }) => file));
  const busy = first.filter(({ file }) => repeated.includes(file) && !failing.has(file));
  const seconds = process.argv.includes('--slowest') ? processorSeconds() : undefined;
  if (seconds !== undefined) console.log(`processor time: ${seconds.toFixed(0)} seconds`);
  console.log(failuresText(failed, busy));
  if (failed.length > 0) process.exitCode = 1;
}
