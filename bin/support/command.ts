/*
 * What a command is and what it returns.
 */
import { type Arguments, flagOption, type Option, wordOption } from './arguments.js';
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

/** A report of a command that succeeded. */
export function goodReport(json: object, text: readonly string[], complaint: readonly string[] = []): Report {
  return { exitCode: 0, json, text: () => text, complaint: () => complaint };
}

/** A report of text whose long lines may be wrapped. */
export function proseReport(json: object, text: readonly string[]): Report {
  return { ...goodReport(json, text), isProse: true };
}

/** A report of a command that failed, with a message for standard error. */
export function failedReport(json: object, message: string): Report {
  return { exitCode: 1, json, text: () => [], complaint: () => [`pmdf: ${message}`] };
}

/** A report of many results. */
export function reportOf(results: AsyncIterable<Result>): Report {
  return { exitCode: 0, json: {}, text: () => [], results };
}

/** A report of a command that has written its output itself. */
export function writtenReport(exitCode: ExitCode, complaint: readonly string[] = []): Report {
  return { exitCode, json: {}, text: () => [], isWritten: true, complaint: () => complaint };
}

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

export const configurationOptions: readonly Option[] = [
  wordOption('config', 'DIR', "Haraka's config directory, which contains `pmdf`; the default is ./config"),
];

/** The options of every command. */
export const commonOptions: readonly Option[] = [
  flagOption('json', 'print one JSON object'),
  flagOption('help', 'show this help', { aliases: ['h', '?'] }),
];
