/*
 * `pmdf test mapping`: runs a string through a mapping table. The string is used as it is typed: a bar is a bar.
 * Ref: PMDF 32 (pmdf test -mapping)
 */
import { builtInTable } from '../../lib/access/index.js';
import type { TraceEvent, Tracer } from '../../lib/engine/index.js';
import { applyTable, type MappingResult, type Mappings, tableKey } from '../../lib/mapping/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { placeOf } from '../../lib/text/index.js';
import type { World } from '../../runtime/index.js';
import {
  type Arguments,
  brief,
  type Command,
  configurationOptions,
  fromInput,
  inputsOf,
  nearestHint,
  type Option,
  openWorld,
  printColumns,
  printTrace,
  quoted,
  type Report,
  type Result,
  reportOf,
  resultsOf,
  UnknownName,
  UsageError,
  unexpectedArgument,
  withWorld,
  wordOption,
} from '../support/index.js';

/** A string to be run through a table. */
export interface Question {
  readonly table: string;
  readonly probe: string;
  /** In upper case. */
  readonly inputFlags: ReadonlySet<string>;
}

/** The input flags of a command line, in upper case. */
export function inputFlagsOf(given: Arguments): ReadonlySet<string> {
  return new Set((given.values.get('flags') ?? '').toUpperCase());
}

function inputOf(given: Arguments): Question {
  const named = given.values.get('table');
  const [first, second] = given.words;
  const [table, probe] = named === undefined ? [first, second] : [named, first];
  if (named !== undefined && second !== undefined) {
    throw unexpectedArgument(second, '`--table` already names the table');
  }
  if (table === undefined || probe === undefined) {
    throw new UsageError(
      'a table and a string are needed',
      "quote the string: 'tcp_local|a@b.example|l|c@d.example'",
    );
  }
  return { table, probe, inputFlags: inputFlagsOf(given) };
}

function unknownTable(policy: Policy, table: string): UnknownName {
  const names = [...policy.mappings.values()].map((one) => one.name);
  const all =
    names.length === 0 ? 'there are no mapping tables' : `the tables are ${names.slice(0, 20).join(', ')}`;
  const hint = nearestHint(table, [...names, builtInTable], all);
  return new UnknownName(`there is no mapping table ${quoted(table)}`, hint);
}

/** The tables that a table of this name is among: the site's, or the built-in ones. Throws UnknownName. */
export function tablesWith(policy: Policy, table: string): Mappings {
  const tables = tableKey(table) === tableKey(builtInTable) ? policy.builtIn : policy.mappings;
  if (!tables.has(tableKey(table))) throw unknownTable(policy, table);
  return tables;
}

/** Runs a string through a table. Throws UnknownName when there is no such table. */
export async function askTable(
  world: World,
  { table, probe, inputFlags }: Question,
  trace: Tracer,
): Promise<MappingResult> {
  const policy = world.policy();
  const tables = tablesWith(policy, table);
  const result = await world.decide(
    policy,
    (environment) => applyTable(tables, table, probe, { inputFlags, environment }),
    trace,
  );
  if (result === null) throw unknownTable(policy, table);
  return result;
}

async function answer(world: World, question: Question): Promise<Result> {
  const trace: TraceEvent[] = [];
  const result = await askTable(world, question, (event) => trace.push(event));
  const { matched, output, failed } = result;
  const flags = [...result.flags].sort();
  const entries = result.entries.map(placeOf);
  return {
    exitCode: failed === null ? 0 : 1,
    json: { matched, output, flags, entries, ...(failed === null ? {} : { error: failed }), trace },
    text: (paint) => {
      const rows: [string, string][] = [
        ['matched', matched ? paint.good('yes') : paint.doubtful('no')],
        ['output', brief(output)],
        ['flags', flags.length === 0 ? 'none' : brief(flags.join(' '))],
        ['entries', entries.length === 0 ? 'none' : brief(entries.join(', '))],
      ];
      if (failed !== null) rows.push(['error', paint.bad(brief(failed))]);
      return [...printColumns(rows, [paint.dim]), '', ...printTrace(trace, paint)];
    },
  };
}

/** The results for strings from standard input. */
async function* resultsFor(given: Arguments, question: Question): AsyncGenerator<Result> {
  const world = openWorld(given);
  try {
    tablesWith(world.policy(), question.table);
    yield* resultsOf(inputsOf([fromInput]), (probe) => answer(world, { ...question, probe }));
  } finally {
    world.close();
  }
}

/** Runs `pmdf test mapping` for a command line. */
export async function runMapping(given: Arguments): Promise<Report> {
  const question = inputOf(given);
  if (question.probe === fromInput) return reportOf(resultsFor(given, question));
  return await withWorld(given, (world) => answer(world, question));
}

/** The option for input flags. */
export const flagsOption: Option = wordOption(
  'flags',
  'FLAGS',
  'input flags, which templates test with `$:` and `$;`: letters in one word',
);

export const testMapping: Command = {
  name: 'test mapping',
  summary: 'run a string through a mapping table',
  operands: 'TABLE STRING',
  words: { least: 1, most: 2 },
  options: [
    wordOption('table', 'TABLE', 'the table, in place of the first word'),
    flagsOption,
    ...configurationOptions,
  ],
  about: [
    'Shows whether an entry matches, the output of the table, the flags that it sets, the entries that were used,',
    'and every step. The string is used as it is typed: a bar is a bar. With `-` in place of STRING, strings are',
    'read from standard input, one per line. The exit code is 0 whether an entry matches or not; it is 1 when there',
    'is no such table or a look-up fails.',
    `The table of built-in source-route entries is called ${builtInTable}.`,
    "PMDF's own command, with its output: pmdf test -mapping",
  ],
  run: runMapping,
};
