/*
 * Requests from standard input, one on each line:
 *   {"client": "192.0.2.7", "from": "a@b.example", "to": ["bob@other.com"]}     options by name, as JSON
 *   --client 192.0.2.7 --from a@b.example --to bob@other.com                    options as on the command line
 * Options on the command line are the defaults of every line. Lines that are empty or begin with `#` are skipped; one
 * that cannot be read is one failed request.
 */
import {
  type Arguments,
  type Option,
  quoted,
  readArguments,
  readSession,
  type SessionInput,
  sessionOptions,
  splitWords,
  UsageError,
} from '../support/index.js';

function wrongField(name: string, wanted: string): UsageError {
  return new UsageError(`the field ${quoted(name)} must be ${wanted}`);
}

/** A field as words of a command line. */
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
    // Node words its own message differently from release to release.
    throw new UsageError('the line begins like JSON, but is not valid JSON');
  }
  if (typeof fields !== 'object' || fields === null) throw new UsageError('the line is not a JSON object');
  return Object.entries(fields).flatMap(([name, value]) => {
    const option = sessionOptions.find((one) => one.name === name || one.aliases?.includes(name));
    if (option !== undefined) return wordsOf(option, value);
    const known = sessionOptions.map((one) => one.name).join(', ');
    throw new UsageError(`there is no field ${quoted(name)}`, `the fields are ${known}`);
  });
}

/** The options of a line, and those of the command line where it has none. */
function withDefaults(line: Arguments, common: Arguments): Arguments {
  return {
    flags: new Set([...common.flags, ...line.flags]),
    values: new Map([...common.values, ...line.values]),
    lists: new Map([...common.lists, ...line.lists]),
    words: line.words,
  };
}

/** Reads one line; null where it is empty or a comment. Throws UsageError. */
export function requestOn(line: string, common: Arguments): SessionInput | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return null;
  const words = text.startsWith('{') ? optionsIn(text) : splitWords(text);
  const given = readArguments(words, sessionOptions);
  const [extra] = given.words;
  if (extra !== undefined) throw new UsageError(`unexpected argument ${quoted(extra)}`);
  return readSession(withDefaults(given, common));
}
