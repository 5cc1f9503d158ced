/*
 * `pmdf test -mapping`: PMDF's own command, with PMDF's prompts and output. With `--json` it is `pmdf test mapping`.
 * Ref: PMDF 32 (pmdf test -mapping)
 */
import type { MappingResult } from '../../lib/mapping/index.js';
import type { World } from '../../runtime/index.js';
import {
  type Arguments,
  brief,
  type Command,
  configurationOptions,
  DebugLog,
  type Dialogue,
  dialogueOptions,
  dialogueReport,
  type ExitCode,
  flagOption,
  fromInput,
  ignored,
  noteOptions,
  otherFile,
  type PmdfOnly,
  pmdfOnlyOptions,
  type Report,
  UnknownName,
  UsageError,
  unexpectedArgument,
  wordOption,
} from '../support/index.js';
import { askTable, flagsOption, inputFlagsOf, runMapping, tablesWith } from './test-mapping.js';

const noChannels = 'templates of mapping tables do not depend on channels';

const pmdfOnly: readonly PmdfOnly[] = [
  ignored('image_file', 'perhaps a word', 'there is no compiled configuration; the files are read'),
  ignored('option_file', 'perhaps a word', 'there is no option file; the settings are in pmdf.yaml'),
  { ...ignored('source_channel', 'a word', noChannels), hasNo: false },
  { ...ignored('destination_channel', 'a word', noChannels), hasNo: false },
  {
    ...ignored('originator', 'a word', 'templates of mapping tables do not depend on the sender'),
    hasNo: false,
  },
];

/** `Output flags: [0, 'N' (78), 'X' (88)]`; the first number is always 0. */
function flagsLine(flags: ReadonlySet<string>): string {
  const each = [...flags].sort().map((flag) => `'${brief(flag)}' (${flag.codePointAt(0)})`);
  return `Output flags: [${['0', ...each].join(', ')}]`;
}

function outcomeLines({ matched, output, flags, failed }: MappingResult): string[] {
  if (failed !== null) return [`Mapping failed: ${brief(failed)}`];
  return matched ? [`Output string: ${brief(output)}`, flagsLine(flags)] : ['No match.'];
}

/** Asks until a table is named that exists; `exitCode` is for an input that ends before. */
async function askForTable(
  world: World,
  dialogue: Dialogue,
): Promise<{ readonly table: string } | { readonly exitCode: ExitCode }> {
  let exitCode: ExitCode = 0;
  for await (const answer of dialogue.answers('Enter table name:')) {
    const table = answer.trim();
    try {
      tablesWith(world.policy(), table);
      return { table };
    } catch (error) {
      if (!(error instanceof UnknownName)) throw error;
      exitCode = 1;
      await dialogue.say([error.message, ...(error.hint === null ? [] : [`  hint: ${error.hint}`])]);
    }
  }
  return { exitCode };
}

async function holdDialogue(given: Arguments, world: World, dialogue: Dialogue): Promise<ExitCode> {
  const named = given.values.get('table');
  const chosen = named === undefined ? await askForTable(world, dialogue) : { table: named };
  if ('exitCode' in chosen) return chosen.exitCode;
  const { table } = chosen;
  tablesWith(world.policy(), table);
  const inputFlags = inputFlagsOf(given);
  const [string] = given.words;
  let exitCode: ExitCode = 0;
  for await (const probe of string === undefined ? dialogue.answers('Input string:') : [string]) {
    const log = new DebugLog(world.policy());
    const result = await askTable(world, { table, probe, inputFlags }, log.add);
    if (result.failed !== null) exitCode = 1;
    if (given.flags.has('debug')) await dialogue.say(log.lines());
    await dialogue.say(outcomeLines(result));
  }
  return exitCode;
}

/** With `--json`: the table as an option, and strings from standard input unless one is given. */
async function runJson(given: Arguments): Promise<Report> {
  if (!given.values.has('table')) throw new UsageError('`-table` is needed with `--json`');
  return await runMapping({ ...given, words: given.words.length === 0 ? [fromInput] : given.words });
}

async function run(given: Arguments): Promise<Report> {
  const notes = noteOptions(given, pmdfOnly);
  const [first, second] = given.words;
  // `pmdf test mapping` takes the table as the first word, and people mix the two.
  if (second !== undefined) {
    if (given.values.has('table') || first === undefined) {
      throw unexpectedArgument(second, '`-table` already names the table');
    }
    return await run({ ...given, values: new Map([...given.values, ['table', first]]), words: [second] });
  }
  if (given.flags.has('json')) return await runJson(given);
  const files = otherFile(given, 'mapping-file', 'mappings');
  return await dialogueReport(given, files, notes, (world, dialogue) => holdDialogue(given, world, dialogue));
}

export const pmdfMapping: Command = {
  name: 'test -mapping',
  style: 'pmdf',
  summary: "PMDF's own test of a mapping table, with PMDF's prompts and output",
  operands: '[STRING]',
  words: { least: 0, most: 2 },
  options: [
    wordOption('table', 'TABLE', 'the table; asked for when not given'),
    flagsOption,
    flagOption('noflags', 'no input flags, the default'),
    wordOption('mapping-file', 'FILE', 'the mapping file, in place of that of the configuration'),
    flagOption('debug', 'show every step, with its time'),
    flagOption('nodebug', 'do not show the steps, the default'),
    ...dialogueOptions,
    ...pmdfOnlyOptions(pmdfOnly),
    ...configurationOptions,
  ],
  about: [
    'Shows the output of the table for the string, and the flags that it sets. Without STRING it asks for strings',
    'until the end of the input. With `--json` it is `pmdf test mapping`. The exit code is 0 whether an entry',
    'matches or not; it is 1 when there is no such table or a look-up fails.',
  ],
  run,
};
