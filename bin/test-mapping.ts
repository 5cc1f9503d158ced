/*
 * `pmdf test mapping`: puts a string to a mapping table. The string is taken as it is typed: a bar is a bar.
 * Ref: PMDF 32 (pmdf test -mapping)
 */

import { builtInTable } from '../lib/access/index.js';
import type { TraceEvent, Tracer } from '../lib/engine/index.js';
import { applyTable, type MappingResult, type Mappings, tableKey } from '../lib/mapping/index.js';
import type { Policy } from '../lib/policy/index.js';
import { nearest, placeOf } from '../lib/text/index.js';
import type { World } from '../runtime/index.js';
import {
  type Arguments,
  brief,
  type Command,
  configurationOptions,
  fromInput,
  indent,
  inputsOf,
  type Option,
  openWorld,
  type Paint,
  printColumns,
  printTrace,
  quoted,
  type Report,
  type Result,
  reportOf,
  resultFor,
  titleOf,
  UnknownName,
  UsageError,
  withWorld,
} from './support/index.js';

/** A table to ask and the string to put to it. */
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
    throw new UsageError(`${quoted(second)} is one word too many, the table is given by \`--table\``);
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
  const meant = nearest(table, [...names, builtInTable]);
  const all =
    names.length === 0 ? 'there are no mapping tables' : `the tables are ${names.slice(0, 20).join(', ')}`;
  return new UnknownName(
    `there is no table ${quoted(table)}`,
    meant === undefined ? all : `did you mean \`${meant}\`?`,
  );
}

/** The tables among which one has this name: the site's, or the built-in ones. Throws UnknownName. */
export function tablesWith(policy: Policy, table: string): Mappings {
  const tables = tableKey(table) === tableKey(builtInTable) ? policy.builtIn : policy.mappings;
  if (!tables.has(tableKey(table))) throw unknownTable(policy, table);
  return tables;
}

/** Puts a string to a table. Throws UnknownName when there is none of this name. */
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

/** What a table made of a string, as JSON. */
interface Mapped {
  readonly matched: boolean;
  readonly output: string;
  readonly flags: readonly string[];
  readonly entries: readonly string[];
  /** Only where a look-up failed. */
  readonly error?: string;
  readonly trace: readonly TraceEvent[];
}

async function mapOne(world: World, question: Question): Promise<Mapped> {
  const trace: TraceEvent[] = [];
  const result = await askTable(world, question, (event) => trace.push(event));
  const { matched, output, failed } = result;
  return {
    matched,
    output,
    flags: [...result.flags].sort(),
    entries: result.entries.map(placeOf),
    ...(failed === null ? {} : { error: failed }),
    trace,
  };
}

function textOf({ matched, output, flags, entries, error, trace }: Mapped, paint: Paint): string[] {
  const rows: [string, string][] = [
    ['matched', matched ? paint.good('yes') : paint.doubtful('no')],
    ['output', brief(output)],
    ['flags', flags.length === 0 ? 'none' : brief(flags.join(' '))],
    ['entries', entries.length === 0 ? 'none' : brief(entries.join(', '))],
  ];
  if (error !== undefined) rows.push(['error', paint.bad(brief(error))]);
  return [...printColumns(rows, [paint.dim]), '', ...printTrace(trace, paint)];
}

/** Strings from standard input. */
async function* resultsFor(given: Arguments, question: Question): AsyncGenerator<Result> {
  const world = openWorld(given);
  try {
    tablesWith(world.policy(), question.table);
    for await (const input of inputsOf([fromInput])) {
      yield await resultFor(input, async () => {
        const one = await mapOne(world, { ...question, probe: input });
        return {
          exitCode: one.error === undefined ? 0 : 1,
          json: { input, ...one },
          text: (paint) => [paint.bold(titleOf(input)), ...indent(textOf(one, paint))],
        };
      });
    }
  } finally {
    world.close();
  }
}

/** Runs `pmdf test mapping` for the words of a command line. */
export async function runMapping(given: Arguments): Promise<Report> {
  const question = inputOf(given);
  if (question.probe === fromInput) return reportOf(resultsFor(given, question));
  const json = await withWorld(given, (world) => mapOne(world, question));
  return { exitCode: json.error === undefined ? 0 : 1, json, text: (paint) => textOf(json, paint) };
}

/** The option for input flags. */
export const flagsOption: Option = {
  name: 'flags',
  takes: 'a word',
  value: 'FLAGS',
  help: 'input flags, which templates test with `$:` and `$;`: letters in one word',
};

/** `pmdf test mapping` */
export const testMapping: Command = {
  name: 'test mapping',
  summary: 'put a string to a mapping table',
  operands: 'TABLE STRING',
  words: { least: 1, most: 2 },
  options: [
    { name: 'table', takes: 'a word', value: 'TABLE', help: 'the table, in place of the first word' },
    flagsOption,
    ...configurationOptions,
  ],
  about: [
    'Shows whether an entry matches, what the table makes of the string, the flags it sets, the entries on the',
    'way, and every step. The string is taken as it is typed: a bar is a bar. `-` in place of STRING stands for',
    'the lines of standard input. Exit code 0 whether an entry matches or not; 1 when there is no such table or',
    'a look-up fails.',
    `The table of built-in source-route entries is called ${builtInTable}.`,
    "PMDF's own command, with its output: pmdf test -mapping",
  ],
  run: runMapping,
};
