/*
 * Reads the words after a command, in both spellings:
 *   --option  --option value  --option=value       as elsewhere
 *   -option   -option=value                        PMDF's; case does not count, `_` is `-`
 *   --                                             whatever follows is no option
 * An option that takes several words takes all up to the next option; one that may take a word takes it behind `=` only.
 * Whatever is not understood is a UsageError.
 * Ref: PMDF 32 (pmdf test)
 */
import { nearest } from '../../lib/text/index.js';
import { UsageError } from './usage-error.js';
import { quoted } from './visible.js';

/** An option of a command; `value` is how the help names what it takes. */
export interface Option {
  readonly name: string;
  readonly takes: 'nothing' | 'perhaps a word' | 'a word' | 'words';
  readonly value?: string;
  /** Other names, such as PMDF's. */
  readonly aliases?: readonly string[];
  /** How the help of PMDF's own commands spells it, where that is not its name with `_` for `-`. */
  readonly pmdf?: string;
  readonly help: string;
}

/** The words of one command line, sorted out. */
export interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** What stands for itself, in order. */
  readonly words: readonly string[];
}

/** Tells whether a word is an option. */
export function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && word !== '--';
}

/** The name of an option as it is compared: without dashes and value, in lower case, `-` for `_`. */
export function optionName(word: string): string {
  const equals = word.indexOf('=');
  const whole = equals === -1 ? word : word.slice(0, equals);
  const dashes = whole.startsWith('--') ? 2 : 1;
  return whole.slice(dashes).toLowerCase().replaceAll('_', '-');
}

function valueIn(word: string): string | null {
  const equals = word.indexOf('=');
  return equals === -1 ? null : word.slice(equals + 1);
}

function unknownOption(word: string, options: readonly Option[]): UsageError {
  const equals = word.indexOf('=');
  const written = equals === -1 ? word : word.slice(0, equals);
  const meant = nearest(
    optionName(word),
    options.map((option) => option.name),
  );
  const hint =
    meant === undefined ? 'put `--` before words that begin with a dash' : `did you mean \`--${meant}\`?`;
  return new UsageError(`there is no option ${quoted(written)} here`, hint);
}

class ArgumentReader {
  readonly #options: readonly Option[];
  readonly #given: readonly string[];
  readonly #flags = new Set<string>();
  readonly #values = new Map<string, string>();
  readonly #lists = new Map<string, string[]>();
  readonly #words: string[] = [];
  #at = 0;

  constructor(given: readonly string[], options: readonly Option[]) {
    this.#given = given;
    this.#options = options;
  }

  read(): Arguments {
    this.#refuseBadOctets();
    for (let word = this.#next(); word !== undefined; word = this.#next()) {
      if (word === '--') {
        for (const word of this.#given.slice(this.#at)) this.#words.push(word);
        break;
      }
      if (isOption(word)) this.#option(word);
      else this.#words.push(word);
    }
    return { flags: this.#flags, values: this.#values, lists: this.#lists, words: this.#words };
  }

  /** Node puts U+FFFD in the place of octets that are not UTF-8, and another word would be taken than was given. */
  #refuseBadOctets(): void {
    const word = this.#given.find((one) => one.includes('\uFFFD'));
    if (word === undefined) return;
    throw new UsageError(`${quoted(word)} is not UTF-8`, 'convert it, for instance with iconv');
  }

  #next(): string | undefined {
    const word = this.#given[this.#at];
    this.#at += 1;
    return word;
  }

  /** The next word, if it is there and no option. */
  #nextValue(): string | undefined {
    const word = this.#given[this.#at];
    if (word === undefined || word === '--' || isOption(word)) return undefined;
    this.#at += 1;
    return word;
  }

  #option(word: string): void {
    const name = optionName(word);
    const option = this.#options.find((one) => one.name === name || one.aliases?.includes(name));
    if (option === undefined) throw unknownOption(word, this.#options);
    const value = valueIn(word);
    switch (option.takes) {
      case 'nothing':
        if (value !== null) throw new UsageError(`\`--${option.name}\` takes no value`);
        this.#flags.add(option.name);
        break;
      case 'perhaps a word':
        this.#flags.add(option.name);
        if (value !== null) this.#values.set(option.name, value);
        break;
      case 'a word':
        if (this.#values.has(option.name)) throw new UsageError(`\`--${option.name}\` is given twice`);
        this.#values.set(option.name, value ?? this.#nextValue() ?? this.#missing(option));
        break;
      case 'words': {
        const list = this.#lists.get(option.name) ?? [];
        list.push(value ?? this.#nextValue() ?? this.#missing(option));
        for (let more = this.#nextValue(); more !== undefined; more = this.#nextValue()) list.push(more);
        this.#lists.set(option.name, list);
      }
    }
  }

  #missing(option: Option): never {
    const value = option.value ?? 'VALUE';
    throw new UsageError(
      `\`--${option.name}\` needs ${value} after it`,
      `write \`--${option.name}=${value}\` if it begins with a dash`,
    );
  }
}

/** Reads the words of a command line against the options of its command. Throws UsageError. */
export function readArguments(given: readonly string[], options: readonly Option[]): Arguments {
  return new ArgumentReader(given, options).read();
}

/** Gives the value of an option that has to be one of some words; `fallback` when it is not given. */
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
  const meant = nearest(value, choices);
  throw new UsageError(
    `\`--${name}\` is ${choices.map((one) => `\`${one}\``).join(' or ')}, not ${quoted(value)}`,
    meant === undefined ? null : `did you mean \`${meant}\`?`,
  );
}
