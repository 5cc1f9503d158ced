/*
 * What a command is, and what it gives back.
 */
import type { Arguments, Option } from './arguments.js';
import type { Paint } from './paint.js';

/** 0 good, 1 rejected or failed case, 2 broken configuration, 64 wrong usage. */
export type ExitCode = 0 | 1 | 2 | 64;

/** What one question gave: the same as one JSON object and as text for people, lines without a final line end. */
export interface Result {
  readonly exitCode: ExitCode;
  readonly json: object;
  readonly text: (paint: Paint) => readonly string[];
}

/** What a command found. */
export interface Report extends Result {
  /** What people are told beside it, on standard error. */
  readonly complaint?: (paint: Paint) => readonly string[];
  /**
   * Set where there may be very many: each is written when it comes, in place of `json` and `text`, and the highest exit
   * code counts.
   */
  readonly results?: AsyncIterable<Result>;
  /** Set where the text is for people alone, so that a terminal may get its long lines broken at blanks. */
  readonly isProse?: true;
  /** Set where the command has written everything itself. */
  readonly isWritten?: true;
}

/** A report of results that come one after the other. */
export function reportOf(results: AsyncIterable<Result>): Report {
  return { exitCode: 0, json: {}, text: () => [], results };
}

/** A report of a command that has written everything itself but the complaint. */
export function writtenReport(exitCode: ExitCode, complaint: readonly string[] = []): Report {
  return { exitCode, json: {}, text: () => [], isWritten: true, complaint: () => complaint };
}

/** A command: how it is called and what it does. */
export interface Command {
  /** The words that name it: `test rewrite`. */
  readonly name: string;
  /** Further words that name it, such as PMDF's. */
  readonly aliases?: readonly string[];
  /** Set for PMDF's own commands, whose help spells options as PMDF does. */
  readonly style?: 'pmdf';
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands behind the name, options aside. */
  readonly operands: string;
  /** How many words that are no options it takes. */
  readonly words: { readonly least: number; readonly most: number };
  readonly options: readonly Option[];
  /** Further lines for its help. */
  readonly about: readonly string[];
  readonly run: (given: Arguments) => Promise<Report>;
}

/** The options of commands that ask a configuration. */
export const configurationOptions: readonly Option[] = [
  {
    name: 'config',
    takes: 'a word',
    value: 'DIR',
    help: "Haraka's config directory, which holds `pmdf`; ./config when not given",
  },
];

/** The options of every command. */
export const commonOptions: readonly Option[] = [
  { name: 'json', takes: 'nothing', help: 'print one JSON object' },
  { name: 'help', takes: 'nothing', aliases: ['h', '?'], help: 'show this and do nothing else' },
];
