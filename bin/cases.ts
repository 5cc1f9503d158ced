/*
 * `pmdf cases`: a table of requests and of what has to come of them, held against the configuration; and `--record`, which
 * writes such a case from an explanation.
 */

import { readFileSync } from 'node:fs';
import { appendCase } from './cases/append-case.js';
import { casesJson } from './cases/json.js';
import { printJunit } from './cases/print-junit.js';
import { printTap } from './cases/print-tap.js';
import { printRun } from './cases/print-text.js';
import { readCaseFiles } from './cases/read-cases.js';
import { readExplanation } from './cases/read-explanation.js';
import { decidedOf, recordedOf } from './cases/recorded.js';
import { untouchedOf } from './cases/require-all.js';
import { type CasesRun, failed, runCases } from './cases/run-cases.js';
import { decideRequest, explainOptions, explanationJson, readRequest } from './explain/index.js';
import {
  type Arguments,
  type Command,
  choiceOf,
  configurationOptions,
  type Paint,
  quoted,
  type Report,
  UsageError,
  visible,
  withSpooledInput,
  withWorld,
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
      return printRun(run, { requireAll, withBuiltIn }, paint);
    case 'tap':
      return printTap(run, requireAll, withBuiltIn);
    case 'junit':
      return printJunit(run, requireAll, withBuiltIn);
  }
}

async function runFiles(given: Arguments): Promise<Report> {
  choiceOf(given, 'format', formats, 'text');
  if (given.words.length === 0) throw new UsageError('`FILE...` is needed');
  if (given.words.filter((word) => word === '-').length > 1) throw new UsageError('`-` is given twice');
  refuseOptions(
    given,
    explainOptions.map(({ name }) => name),
    'goes with `--record` only',
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

async function recordFrom(given: Arguments) {
  const [word, another] = given.words;
  if (another !== undefined) throw new UsageError(`${quoted(another)} is one word too many`);
  if (word === '-') {
    refuseOptions(
      given,
      [...explainOptions.map(({ name }) => name), 'config'],
      'does not go with `-`: the explanation has it',
    );
    const { request, decided } = readExplanation(
      await withSpooledInput(async (path) => readFileSync(path, 'utf8')),
    );
    return recordedOf(request, decided);
  }
  if (word !== undefined) {
    throw new UsageError(`${quoted(word)} is one word too many`, 'the file stands behind `--record`');
  }
  const request = readRequest(given);
  const explanation = await withWorld(given, (world) => decideRequest(world, request));
  return recordedOf(request, decidedOf(explanationJson(request, explanation)));
}

async function record(given: Arguments, file: string): Promise<Report> {
  refuseOptions(given, ['format', 'require-all', 'built-in'], 'does not go with `--record`');
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

/** `pmdf cases` */
export const cases: Command = {
  name: 'cases',
  summary: 'hold a table of requests and expected decisions against the configuration',
  operands: 'FILE...',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [
    { name: 'format', takes: 'a word', value: 'FORMAT', help: 'text, tap (version 14) or junit (XML)' },
    { name: 'require-all', takes: 'nothing', help: 'fail when no case touches some rule or entry' },
    { name: 'built-in', takes: 'nothing', help: 'count the built-in entries among them' },
    {
      name: 'record',
      takes: 'a word',
      value: 'FILE',
      help: 'append a case to FILE: the request below, or with `-` an explanation as JSON',
    },
    ...explainOptions,
    ...configurationOptions,
  ],
  about: [
    'Decides over each case as `pmdf explain` does, and compares with what the case expects; then shows which',
    'rewrite rules and entries no case touches. `-` is standard input. Exit code 1 when a case fails, 2 when',
    'a file of cases or the configuration is broken.',
    'With --record a case is appended to FILE with what is decided now; the request is given as to',
    '`pmdf explain`, or its JSON is piped in: pmdf explain ... --json | pmdf cases --record FILE -',
  ],
  run,
};
