/*
 * `pmdf test mapping`: puts a string to a mapping table. The string is taken as it is typed: a bar is a bar.
 * Ref: PMDF 32 (pmdf test -mapping)
 */
import {
  applyTable,
  builtInTable,
  type MappingResult,
  nearest,
  type Policy,
  placeOf,
  type TraceEvent,
  tableKey,
} from '../lib/index.js';
import type { World } from '../runtime/world.js';
import type { Arguments } from './support/arguments.js';
import { type Command, configurationOptions, type Report } from './support/command.js';
import { withWorld } from './support/open-configuration.js';
import type { Paint } from './support/paint.js';
import { printColumns } from './support/print-columns.js';
import { printTrace } from './support/print-trace.js';
import { UnknownName, UsageError } from './support/usage-error.js';
import { brief, quoted } from './support/visible.js';

/** A table to ask and the string to put to it. */
interface Question {
  readonly table: string;
  readonly probe: string;
  readonly inputFlags: ReadonlySet<string>;
}

function questionOf(given: Arguments): Question {
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
  const flags = given.values.get('flags') ?? '';
  return { table, probe, inputFlags: new Set(flags.toUpperCase()) };
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

async function ask(
  world: World,
  { table, probe, inputFlags }: Question,
  trace: TraceEvent[],
): Promise<MappingResult> {
  const policy = world.policy();
  const tables = tableKey(table) === tableKey(builtInTable) ? policy.builtIn : policy.mappings;
  const result = await world.decide(
    policy,
    (environment) => applyTable(tables, table, probe, { inputFlags, environment }),
    (event) => trace.push(event),
  );
  if (result === null) throw unknownTable(policy, table);
  return result;
}

function textOf(
  report: {
    matched: boolean;
    output: string;
    flags: readonly string[];
    entries: readonly string[];
    error?: string;
    trace: readonly TraceEvent[];
  },
  paint: Paint,
): string[] {
  const { matched, output, flags, entries, error, trace } = report;
  const rows: [string, string][] = [
    ['matched', matched ? paint.good('yes') : paint.doubtful('no')],
    ['output', brief(output)],
    ['flags', flags.length === 0 ? 'none' : brief(flags.join(' '))],
    ['entries', entries.length === 0 ? 'none' : brief(entries.join(', '))],
  ];
  if (error !== undefined) rows.push(['error', paint.bad(brief(error))]);
  return [...printColumns(rows, [paint.dim]), '', ...printTrace(trace, paint)];
}

async function run(given: Arguments): Promise<Report> {
  const question = questionOf(given);
  const trace: TraceEvent[] = [];
  const result = await withWorld(given, (world) => ask(world, question, trace));
  const { matched, output, failed } = result;
  const json = {
    matched,
    output,
    flags: [...result.flags].sort(),
    entries: result.entries.map(placeOf),
    ...(failed === null ? {} : { error: failed }),
    trace,
  };
  return { exitCode: failed === null ? 0 : 1, json, text: (paint) => textOf(json, paint) };
}

/** `pmdf test mapping` */
export const testMapping: Command = {
  name: 'test mapping',
  summary: 'put a string to a mapping table',
  operands: 'TABLE STRING',
  words: { least: 1, most: 2 },
  options: [
    { name: 'table', takes: 'a word', value: 'TABLE', help: 'the table, in place of the first word' },
    {
      name: 'flags',
      takes: 'a word',
      value: 'FLAGS',
      help: 'input flags, which templates test with `$:` and `$;`: letters in one word',
    },
    ...configurationOptions,
  ],
  about: [
    'Shows whether an entry matches, what the table makes of the string, the flags it sets, the entries on the',
    'way, and every step. The string is taken as it is typed: a bar is a bar. Exit code 0 whether an entry',
    'matches or not; 1 when there is no such table or a look-up fails.',
    `The table of built-in source-route entries is called ${builtInTable}.`,
    "PMDF's spelling: pmdf test -mapping -table=TABLE -flags=FLAGS STRING",
  ],
  run,
};
