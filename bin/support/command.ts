/*
 * What a command is and what it returns.
 */
import type { Arguments, Option } from './arguments.js';
import type { Paint } from './paint.js';

/** 0 good, 1 rejected or failed case, 2 broken configuration, 64 wrong usage. */
export type ExitCode = 0 | 1 | 2 | 64;

/** A result as one JSON object and as text, in lines without line ends. */
export interface Result {
  readonly exitCode: ExitCode;
  readonly json: object;
  readonly text: (paint: Paint) => readonly string[];
}

/** What a command reports. */
export interface Report extends Result {
  /** Messages for standard error. */
  readonly complaint?: (paint: Paint) => readonly string[];
  /** Many results, written one by one in place of `json` and `text`; the exit code is the highest of theirs. */
  readonly results?: AsyncIterable<Result>;
  /** Whether the text is prose, whose long lines may be wrapped on a terminal. */
  readonly isProse?: true;
  /** Whether the command has written its output itself. */
  readonly isWritten?: true;
}

/** A report of many results. */
export function reportOf(results: AsyncIterable<Result>): Report {
  return { exitCode: 0, json: {}, text: () => [], results };
}

/** A report of a command that has written its output itself. */
export function writtenReport(exitCode: ExitCode, complaint: readonly string[] = []): Report {
  return { exitCode, json: {}, text: () => [], isWritten: true, complaint: () => complaint };
}

/** A command. */
export interface Command {
  /** Its name: `test rewrite`. */
  readonly name: string;
  /** Other names, such as PMDF's. */
  readonly aliases?: readonly string[];
  /** Set for PMDF's own commands, whose help spells options as PMDF does. */
  readonly style?: 'pmdf';
  /** One line for the list of commands. */
  readonly summary: string;
  /** The operands as the usage line shows them. */
  readonly operands: string;
  /** How many operands it takes. */
  readonly words: { readonly least: number; readonly most: number };
  readonly options: readonly Option[];
  /** The paragraph of its help. */
  readonly about: readonly string[];
  readonly run: (given: Arguments) => Promise<Report>;
}

/** The options of commands that read a configuration. */
export const configurationOptions: readonly Option[] = [
  {
    name: 'config',
    takes: 'a word',
    value: 'DIR',
    help: "Haraka's config directory, which contains `pmdf`; the default is ./config",
  },
];

/** The options of every command. */
export const commonOptions: readonly Option[] = [
  { name: 'json', takes: 'nothing', help: 'print one JSON object' },
  { name: 'help', takes: 'nothing', aliases: ['h', '?'], help: 'show this help' },
];
