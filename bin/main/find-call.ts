/*
 * Finds the command that a command line calls. PMDF's qualifiers (`test -rewrite`) count as names of commands.
 */
import { commands } from '../commands.js';
import {
  type Command,
  isOption,
  nearestHint,
  optionName,
  quoted,
  UsageError,
  wordsBeforeEnd,
} from '../support/index.js';

/** A command line: the command, or else its group if there is one, and the words that are left. */
export interface Call {
  readonly command: Command | null;
  readonly group?: string;
  readonly rest: readonly string[];
}

const groups = new Set(commands.filter((one) => one.name.includes(' ')).map((one) => one.name.split(' ')[0]));

function named(name: string): Command | undefined {
  return commands.find((one) => one.name === name || one.aliases?.includes(name));
}

function unknownCommand(name: string): UsageError {
  const names = commands.map((one) => one.name);
  return new UsageError(
    `unknown command ${quoted(name)}`,
    nearestHint(name, names, '`pmdf help` lists the commands'),
  );
}

/** The number of words before the command: options, and the value of `--config`. */
function leadingOptions(words: readonly string[]): number {
  let count = 0;
  for (let word = words[count]; word !== undefined && isOption(word); word = words[count]) {
    count += optionName(word) === 'config' && !word.includes('=') ? 2 : 1;
  }
  return Math.min(count, words.length);
}

/** The command that an option names, PMDF's own form of it if there is one. */
function namedByOption(group: string, word: string): Command | undefined {
  if (!isOption(word)) return undefined;
  return named(`${group} -${optionName(word)}`) ?? named(`${group} ${optionName(word)}`);
}

/**
 * Finds the command of a group: by the word after the group, or by PMDF's qualifier (`-rewrite`) anywhere. Without
 * either, but with other options, it is the command named like the group.
 */
function callInGroup(group: string, words: readonly string[], leading: readonly string[]): Call {
  const [first] = words;
  if (first !== undefined && first !== '--' && !isOption(first)) {
    const command = named(`${group} ${first}`);
    if (command === undefined) throw unknownCommand(`${group} ${first}`);
    return { command, rest: [...leading, ...words.slice(1)] };
  }
  const at = wordsBeforeEnd(words).findIndex((word) => namedByOption(group, word) !== undefined);
  const isBare = at === -1 && words.some((word) => isOption(word) && optionName(word) !== 'help');
  const command = namedByOption(group, words[at] ?? '') ?? (isBare ? named(group) : null) ?? null;
  return { command, group, rest: [...leading, ...words.filter((_, index) => index !== at)] };
}

/** Finds the call. Throws UsageError for an unknown command. */
export function findCall(words: readonly string[]): Call {
  const count = leadingOptions(words);
  const leading = words.slice(0, count);
  const [first, ...rest] = words.slice(count);
  if (first === undefined) return { command: null, rest: leading };
  if (first === 'help' && rest.some((word) => optionName(word) !== 'json')) {
    return { ...findCall([...leading, ...rest]), rest: ['--help'] };
  }
  if (groups.has(first)) return callInGroup(first, rest, leading);
  const command = named(first);
  if (command === undefined) throw unknownCommand(first);
  return { command, rest: [...leading, ...rest] };
}
