/*
 * The help of the commands, from their descriptions.
 */
import type { Option } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import { commonOptions } from './command.js';
import { indent, printColumns } from './print-columns.js';
import { fill } from './wrap.js';

/** The spelling of an option: `--source CHANNEL`, in PMDF's commands `-source_channel=CHANNEL`. */
export function spelling(option: Option, style: Command['style']): string {
  const value = option.value ?? 'VALUE';
  const isPmdf = style === 'pmdf' && !commonOptions.includes(option);
  const name = isPmdf ? `-${option.pmdf ?? option.name.replaceAll('-', '_')}` : `--${option.name}`;
  const between = isPmdf ? '=' : ' ';
  switch (option.takes) {
    case 'nothing':
      return name;
    case 'perhaps a word':
      return `${name}[=${value}]`;
    case 'a word':
      return `${name}${between}${value}`;
    case 'words':
      return `${name}${between}${value}...`;
  }
}

export function usageLine(command: Command): string {
  return ['pmdf', command.name, command.operands, '[option...]'].filter((part) => part !== '').join(' ');
}

export function commandHelp(command: Command): string[] {
  const options = [...command.options, ...commonOptions];
  return [
    `usage: ${usageLine(command)}`,
    '',
    ...fill(command.about.join(' ')),
    '',
    'options:',
    ...indent(printColumns(options.map((option) => [spelling(option, command.style), option.help]))),
  ];
}

function commandRows(commands: readonly Command[]): string[] {
  return indent(
    printColumns(commands.map((one) => [[one.name, one.operands].join(' ').trimEnd(), one.summary])),
  );
}

/** The help of a group of commands: those whose names begin with `test`, for example. */
export function groupHelp(commands: readonly Command[], group: string): string[] {
  const members = commands.filter((one) => one.name.startsWith(`${group} `));
  return [
    `usage: pmdf ${group} ...`,
    '',
    ...commandRows(members),
    '',
    '`--help` after a command describes it.',
  ];
}

/** The purpose of the command in one sentence. */
export const purpose = 'Checks the policy of haraka-plugin-pmdf and shows its decisions.';

/** The options of every command, or of none. */
export const generalOptions: readonly (readonly [spelling: string, help: string])[] = [
  ['--help', 'after a command: describe it'],
  ['--version', 'print the version of the package'],
  ['--json', 'print one JSON object'],
  ['--config DIR', "Haraka's config directory, which contains `pmdf`; the default is ./config"],
];

/** The meaning of exit codes. */
export const exitCodes: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [0, 'good'],
  [1, 'rejected or failed'],
  [2, 'broken configuration'],
  [64, 'wrong usage'],
];

/** The help of `pmdf`. */
export function generalHelp(commands: readonly Command[]): string[] {
  return [
    'usage: pmdf COMMAND ...',
    '',
    purpose,
    '',
    'commands:',
    ...commandRows(commands),
    '',
    'options:',
    ...indent(printColumns(generalOptions)),
    '',
    "PMDF's own spellings work too: pmdf test -rewrite ADDRESS, pmdf test -mapping -table=NAME STRING,",
    "pmdf password -show -user='*'.",
    `Exit code: ${exitCodes.map(([code, meaning]) => `${code} ${meaning}`).join(', ')}.`,
  ];
}
