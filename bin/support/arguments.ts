/*
 * Reads the words after a command, in both spellings:
 *   --option  --option value  --option=value       the usual one
 *   -option   -option=value                        PMDF's; case does not matter, `_` is `-`
 *   --                                             the words after it are not options
 * An option that takes several words takes all up to the next option; one with an optional word takes it only after `=`.
 * Ref: PMDF 32 (pmdf test)
 */
import { parseArgs } from 'node:util';
import { nearest } from '../../lib/text/index.js';
import { nearestHint, UsageError } from './usage-error.js';
import { quoted } from './visible.js';

/** An option of a command; `value` is how the help names what it takes. */
export interface Option {
  readonly name: string;
  readonly takes: 'nothing' | 'perhaps a word' | 'a word' | 'words';
  readonly value?: string;
  /** Other names, such as PMDF's. */
  readonly aliases?: readonly string[];
  /** The spelling in the help of PMDF's own commands, where it is not the name with `_` for `-`. */
  readonly pmdf?: string;
  readonly help: string;
}

type OtherNames = Pick<Option, 'aliases' | 'pmdf'>;

/** An option without a value. */
export function flagOption(name: string, help: string, others: OtherNames = {}): Option {
  return { name, takes: 'nothing', help, ...others };
}

/** An option with one value. */
export function wordOption(name: string, value: string, help: string, others: OtherNames = {}): Option {
  return { name, takes: 'a word', value, help, ...others };
}

/** An option with one value or more. */
export function wordsOption(name: string, value: string, help: string, others: OtherNames = {}): Option {
  return { name, takes: 'words', value, help, ...others };
}

/** The words of one command line by kind. */
export interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** The operands, in order. */
  readonly words: readonly string[];
}

/** Whether a word is an option. */
export function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && word !== '--';
}

function withoutValue(word: string): string {
  return word.split('=', 1).join('');
}

/** The name of an option for comparison: without dashes and value, in lower case, `-` for `_`. */
export function optionName(word: string): string {
  return withoutValue(word).replace(/^--?/, '').toLowerCase().replaceAll('_', '-');
}

/** The words before `--`, which may be options. */
export function wordsBeforeEnd(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}

function optionNamed(word: string, options: readonly Option[]): Option {
  const name = optionName(word);
  const option = options.find((one) => one.name === name || one.aliases?.includes(name));
  if (option !== undefined) return option;
  const near = nearest(
    name,
    options.map((one) => one.name),
  );
  throw new UsageError(
    `unknown option ${quoted(withoutValue(word))}`,
    near === undefined ? 'put `--` before words that begin with a dash' : `did you mean \`--${near}\`?`,
  );
}

/** An option in the spelling of parseArgs. */
function usualSpelling(word: string, options: readonly Option[]): string {
  return `--${optionNamed(word, options).name}${word.slice(withoutValue(word).length)}`;
}

function missingValue({ name, value = 'VALUE' }: Option): UsageError {
  return new UsageError(
    `\`--${name}\` needs ${value} after it`,
    `write \`--${name}=${value}\` if it begins with a dash`,
  );
}

function tokensOf(given: readonly string[], options: readonly Option[]) {
  const before = wordsBeforeEnd(given);
  const { tokens } = parseArgs({
    args: [
      ...before.map((word) => (isOption(word) ? usualSpelling(word, options) : word)),
      ...given.slice(before.length),
    ],
    options: Object.fromEntries(
      options.map(({ name, takes }) => [
        name,
        { type: takes === 'a word' || takes === 'words' ? 'string' : 'boolean' } as const,
      ]),
    ),
    strict: false,
    tokens: true,
  });
  return tokens;
}

/** Reads the words of a command line with the options of its command. Throws UsageError. */
export function readArguments(given: readonly string[], options: readonly Option[]): Arguments {
  // Node replaces octets that are not UTF-8 by U+FFFD, so the word would be a different one.
  const damaged = given.find((one) => one.includes('\uFFFD'));
  if (damaged !== undefined) {
    throw new UsageError(`${quoted(damaged)} is not UTF-8`, 'convert it, for instance with iconv');
  }
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const words: string[] = [];
  /** The list that takes the next words. */
  let open = words;
  for (const token of tokensOf(given, options)) {
    if (token.kind === 'positional') {
      open.push(token.value);
      continue;
    }
    open = words;
    if (token.kind === 'option-terminator') continue;
    const option = optionNamed(token.rawName, options);
    const { name, takes } = option;
    const { value, inlineValue } = token;
    switch (takes) {
      case 'nothing':
        if (value !== undefined) throw new UsageError(`\`--${name}\` takes no value`);
        flags.add(name);
        break;
      case 'perhaps a word':
        flags.add(name);
        if (value !== undefined) values.set(name, value);
        break;
      case 'a word':
      case 'words': {
        if (value === undefined || (inlineValue === false && value.length > 1 && value.startsWith('-'))) {
          throw missingValue(option);
        }
        if (takes === 'words') {
          open = lists.get(name) ?? [];
          open.push(value);
          lists.set(name, open);
        } else if (values.has(name)) throw new UsageError(`\`--${name}\` is given twice`);
        else values.set(name, value);
      }
    }
  }
  return { flags, values, lists, words };
}

/** The value of an option that is one of some words; `fallback` when it is not given. Throws UsageError. */
export function choiceOf<T extends string>(
  given: Arguments,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = given.values.get(name);
  if (value === undefined) return fallback;
  const choice = choices.find((one) => one === value.toLowerCase());
  if (choice !== undefined) return choice;
  throw new UsageError(
    `\`--${name}\` must be ${choices.map((one) => `\`${one}\``).join(' or ')}, not ${quoted(value)}`,
    nearestHint(value, choices, null),
  );
}
