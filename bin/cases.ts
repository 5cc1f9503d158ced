/*
 * `pmdf cases`: checks requests against the decisions that the administrator expects; with `--record` it writes such a
 * case from an explanation.
 */

import { readFileSync } from 'node:fs';
import { appendCase } from './cases/append-case.js';
import { type Covered, totals, untouchedOf } from './cases/coverage.js';
import { printJunit } from './cases/print-junit.js';
import { printTap } from './cases/print-tap.js';
import { printRun } from './cases/print-text.js';
import { readCaseFiles } from './cases/read-cases.js';
import { readExplanation } from './cases/read-explanation.js';
import { type Recorded, recordedOf } from './cases/recorded.js';
import { type CasesRun, failed, runCases } from './cases/run-cases.js';
import {
  type Arguments,
  type Command,
  choiceOf,
  configurationOptions,
  decideRequest,
  flagOption,
  type Paint,
  quoted,
  type Report,
  readSession,
  sessionOptions,
  UsageError,
  visible,
  withSpooledInput,
  withWorld,
  wordOption,
} from './support/index.js';

const formats = ['text', 'tap', 'junit'] as const;

function refuseOptions(given: Arguments, names: readonly string[], why: string): void {
  const name = names.find((one) => given.flags.has(one) || given.values.has(one) || given.lists.has(one));
  if (name !== undefined) throw new UsageError(`\`--${name}\` ${why}`);
}

function printed(run: CasesRun, given: Arguments, paint: Paint): readonly string[] {
  const requireAll = given.flags.has('require-all');
  const withBuiltIn = given.flags.has('built-in');
  switch (choiceOf(given, 'format', formats, 'text')) {
    case 'text':
      return printRun(run, requireAll, withBuiltIn, paint);
    case 'tap':
      return printTap(run, requireAll, withBuiltIn);
    case 'junit':
      return printJunit(run, requireAll, withBuiltIn);
  }
}

function coveredJson({ of, count, untouched }: Covered) {
  return { of, count, touched: count - untouched.length, untouched };
}

function casesJson({ results, coverage }: CasesRun) {
  const failures = failed(results).length;
  return {
    passed: results.length - failures,
    failed: failures,
    cases: results.map(({ name, file, line, failures: found }) => ({
      name,
      file,
      line,
      passed: found.length === 0,
      failures: found,
    })),
    coverage: {
      ...totals(coverage),
      parts: coverage.site.map(coveredJson),
      builtIn: coveredJson(coverage.builtIn),
    },
  };
}

async function runFiles(given: Arguments): Promise<Report> {
  choiceOf(given, 'format', formats, 'text');
  if (given.words.length === 0) throw new UsageError('`FILE...` is needed');
  if (given.words.filter((word) => word === '-').length > 1) throw new UsageError('`-` is given twice');
  refuseOptions(
    given,
    sessionOptions.map(({ name }) => name),
    'can only be used with `--record`',
  );
  const files = await readCaseFiles(given.words);
  const run = await withWorld(given, (world) => runCases(world, files));
  const isIncomplete =
    given.flags.has('require-all') && untouchedOf(run.coverage, given.flags.has('built-in')).length > 0;
  return {
    exitCode: failed(run.results).length > 0 || isIncomplete ? 1 : 0,
    json: casesJson(run),
    text: (paint) => printed(run, given, paint),
  };
}

async function recordFrom(given: Arguments): Promise<Recorded> {
  const [word, another] = given.words;
  if (another !== undefined) throw new UsageError(`unexpected argument ${quoted(another)}`);
  if (word === '-') {
    refuseOptions(
      given,
      [...sessionOptions.map(({ name }) => name), 'config'],
      'cannot be used with `-`: the explanation contains it',
    );
    return readExplanation(await withSpooledInput(async (path) => readFileSync(path, 'utf8')));
  }
  if (word !== undefined) {
    throw new UsageError(`unexpected argument ${quoted(word)}`, 'name the file after `--record`');
  }
  const input = readSession(given);
  return recordedOf(await withWorld(given, (world) => decideRequest(world, input)));
}

async function record(given: Arguments, file: string): Promise<Report> {
  refuseOptions(given, ['format', 'require-all', 'built-in'], 'cannot be used with `--record`');
  const lines = appendCase(file, await recordFrom(given));
  return {
    exitCode: 0,
    json: { file, added: lines },
    text: (paint) => [`added to ${visible(file)}:`, ...lines.map((line) => paint.good(visible(line)))],
  };
}

async function run(given: Arguments): Promise<Report> {
  const file = given.values.get('record');
  return file === undefined ? await runFiles(given) : await record(given, file);
}

export const cases: Command = {
  name: 'cases',
  summary: 'check requests against the decisions you expect',
  operands: 'FILE...',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [
    wordOption('format', 'FORMAT', 'text, tap (version 14) or junit (XML)'),
    flagOption('require-all', 'fail if no case touches some rule or entry'),
    flagOption('built-in', 'include the built-in entries'),
    wordOption(
      'record',
      'FILE',
      'append a case to FILE: the request below, or an explanation in JSON with `-`',
    ),
    ...sessionOptions,
    ...configurationOptions,
  ],
  about: [
    'Decides each case as `pmdf explain` does and compares the result with what the case expects; then lists the',
    'rewrite rules and entries that no case touches. `-` is standard input. Exit code 1 when a case fails, 2 when',
    'a case file or the configuration is broken.',
    'With --record it appends a case with the present decisions to FILE. Give the request with the options of',
    '`pmdf explain`, or pipe its JSON in: pmdf explain ... --json | pmdf cases --record FILE -',
  ],
  run,
};
