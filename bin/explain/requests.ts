/*
 * Requests from standard input, one on each line:
 *   {"client": "192.0.2.7", "from": "a@b.example", "to": ["bob@other.com"]}     options by name, as JSON
 *   --client 192.0.2.7 --from a@b.example --to bob@other.com                    options as on the command line
 * What the command line says counts for every line that does not say otherwise. Lines that are empty or begin with `#`
 * are passed over; one that cannot be read is one failed request.
 */
import {
  type Arguments,
  type Option,
  quoted,
  readArguments,
  splitWords,
  UsageError,
} from '../support/index.js';
import { type ExplainRequest, explainOptions, readRequest } from './request.js';

function wrongField(name: string, wanted: string): UsageError {
  return new UsageError(`the field ${quoted(name)} is ${wanted}`);
}

/** A field as the words that it would be on a command line. */
function wordsOf(option: Option, value: unknown): string[] {
  const { name } = option;
  if (value === null) return [];
  switch (option.takes) {
    case 'nothing':
      if (typeof value !== 'boolean') throw wrongField(name, 'true or false');
      return value ? [`--${name}`] : [];
    case 'perhaps a word':
    case 'a word':
      if (typeof value !== 'string' && typeof value !== 'number') throw wrongField(name, 'a string');
      return [`--${name}=${value}`];
    case 'words': {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      return list.map((one) => {
        if (typeof one !== 'string') throw wrongField(name, 'a string, or several in a list');
        return `--${name}=${one}`;
      });
    }
  }
}

function optionsIn(line: string): string[] {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    // What Node says of it differs from release to release.
    throw new UsageError('the line begins like JSON and is none');
  }
  if (typeof fields !== 'object' || fields === null) throw new UsageError('the line is no JSON object');
  return Object.entries(fields).flatMap(([name, value]) => {
    const option = explainOptions.find((one) => one.name === name || one.aliases?.includes(name));
    if (option !== undefined) return wordsOf(option, value);
    const known = explainOptions.map((one) => one.name).join(', ');
    throw new UsageError(`there is no field ${quoted(name)}`, `the fields are ${known}`);
  });
}

/** Puts what a line says before what the command line says. */
function together(line: Arguments, common: Arguments): Arguments {
  return {
    flags: new Set([...common.flags, ...line.flags]),
    values: new Map([...common.values, ...line.values]),
    lists: new Map([...common.lists, ...line.lists]),
    words: line.words,
  };
}

/** Reads one line; null where there is nothing on it. Throws UsageError. */
export function requestOn(line: string, common: Arguments): ExplainRequest | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return null;
  const words = text.startsWith('{') ? optionsIn(text) : splitWords(text);
  const given = readArguments(words, explainOptions);
  const [extra] = given.words;
  if (extra !== undefined) throw new UsageError(`${quoted(extra)} belongs to no option`);
  return readRequest(together(given, common));
}
