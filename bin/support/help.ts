/*
 * Help, made from what the commands say of themselves.
 */
import type { Option } from './arguments.js';
import type { Command } from './command.js';
import { commonOptions } from './command.js';
import { indent, printColumns } from './print-columns.js';

function spelling(option: Option): string {
  switch (option.takes) {
    case 'nothing':
      return `--${option.name}`;
    case 'a word':
      return `--${option.name} ${option.value ?? 'VALUE'}`;
    case 'words':
      return `--${option.name} ${option.value ?? 'VALUE'}...`;
  }
}

/** The line that shows how a command is called. */
export function usageLine(command: Command): string {
  return ['pmdf', command.name, command.operands, '[option...]'].filter((part) => part !== '').join(' ');
}

/** Everything about one command. */
export function commandHelp(command: Command): string[] {
  const options = [...command.options, ...commonOptions];
  return [
    `usage: ${usageLine(command)}`,
    '',
    ...command.about,
    '',
    'options:',
    ...indent(printColumns(options.map((option) => [spelling(option), option.help]))),
  ];
}

/** The list of commands. */
export function generalHelp(commands: readonly Command[]): string[] {
  return [
    'usage: pmdf COMMAND ...',
    '',
    'Checks the policy of haraka-plugin-pmdf, and shows how it decides.',
    '',
    'commands:',
    ...indent(
      printColumns(commands.map((one) => [[one.name, one.operands].join(' ').trimEnd(), one.summary])),
    ),
    '',
    'options:',
    ...indent(
      printColumns([
        ['--help', 'after a command: all about it'],
        ['--version', 'the version of the package'],
        ['--json', 'print one JSON object'],
        ['--config DIR', "Haraka's config directory, which holds `pmdf`; ./config when not given"],
      ]),
    ),
    '',
    "PMDF's own spellings work too: pmdf test -rewrite ADDRESS, pmdf test -mapping -table=NAME STRING,",
    "pmdf password -show -user='*'.",
    'Exit code: 0 good, 1 rejected or failed, 2 broken configuration, 64 wrong usage.',
  ];
}
