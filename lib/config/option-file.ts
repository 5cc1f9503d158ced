/*
 * The options of option.dat by name. A name that occurs twice counts as it is written last.
 * Ref: PMDF 7.3
 */
import {
  type Diagnostic,
  integerOf,
  type Parsed,
  parseOptionFile,
  type SourceFile,
  setTwice,
  type WrittenOption,
} from '../text/index.js';

/** The options of a file by name, in capitals. */
export type OptionsByName = ReadonlyMap<string, WrittenOption>;

/** Reads an option file. A line that is not an option is an error and left out. */
export function readOptions(source: SourceFile): Parsed<OptionsByName> {
  const { value, diagnostics } = parseOptionFile(source);
  const found: Diagnostic[] = [...diagnostics];
  const options = new Map<string, WrittenOption>();
  for (const option of value) {
    const key = option.name.toUpperCase();
    const earlier = options.get(key);
    if (earlier !== undefined) found.push(setTwice(option, earlier));
    options.set(key, option);
  }
  return { value: options, diagnostics: found };
}

/** Reads the value of an option as a number from `least` to `most`; a text says what is wrong with it. */
export function numberOf({ name, value }: WrittenOption, least: number, most: number): number | string {
  const number = integerOf(value);
  if (number === null) return `\`${name}\` is not a number, in digits or as \`base%digits\``;
  return number < least || number > most ? `\`${name}\` is not from ${least} to ${most}` : number;
}
