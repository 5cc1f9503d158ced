/*
 * Option files, such as option.dat and those of channels (`directory_option`):
 *   ! comment              in column 1; `#` and `;` begin one too
 *   NAME=value             everything after the `=`, without the blanks around it
 * Names are words, which case does not change. A name that occurs twice counts as it is written last.
 * A number is decimal digits, or `base%digits`.
 * Ref: PMDF 3.2.3, 7.3, 21.1.2.1
 */
import {
  DiagnosticList,
  errorAt,
  type Parsed,
  readLogicalLines,
  type SourceFile,
  type Span,
  spanIn,
  spanOfLine,
  warningAt,
} from '../text/index.js';
import { parseNumber } from './option-number.js';

/** One line of an option file. */
export interface Option {
  /** As written. */
  readonly name: string;
  readonly value: string;
  /** The place of the name. */
  readonly span: Span;
  /** The place of the value; of the line if it is empty. */
  readonly valueSpan: Span;
}

/** The options of a file by name, in capitals. */
export type OptionFile = ReadonlyMap<string, Option>;

/** Parses an option file. A line that is no option is an error and left out. */
export function parseOptionFile(source: SourceFile): Parsed<OptionFile> {
  const read = readLogicalLines(source, () => undefined);
  const found = new DiagnosticList();
  found.append(read.diagnostics);
  const options = new Map<string, Option>();
  for (const line of read.value) {
    if (line.kind !== 'text' || /^[#;]/.test(line.text)) continue;
    const equals = line.text.indexOf('=');
    const name = line.text.slice(0, Math.max(0, equals)).trim();
    if (!/^[^\s!]+$/.test(name)) {
      const hint = 'write `NAME=value`, or a comment with `!` in column 1';
      found.push(errorAt(spanOfLine(line), 'option/syntax', 'the line is not an option', { hint }));
      continue;
    }
    const rest = line.text.slice(equals + 1);
    const value = rest.trim();
    const start = equals + 1 + rest.length - rest.trimStart().length;
    const span = spanIn(line, line.text.indexOf(name), name.length);
    const valueSpan = value === '' ? spanOfLine(line) : spanIn(line, start, value.length);
    const key = name.toUpperCase();
    const earlier = options.get(key);
    if (earlier !== undefined) {
      const message = `\`${name}\` is set twice, and only this line counts`;
      const related = [{ message: 'set here too', span: earlier.span }];
      found.push(warningAt(span, 'option/twice', message, { hint: 'remove one of the lines', related }));
    }
    options.set(key, { name, value, span, valueSpan });
  }
  return { value: options, diagnostics: found.all };
}

/** Reads the value of an option as a number from `least` to `most`; a text says what is wrong with it. */
export function numberOf({ name, value }: Option, least: number, most: number): number | string {
  const number = parseNumber(value);
  if (number === null) return `\`${name}\` is not a number, in digits or as \`base%digits\``;
  return number < least || number > most ? `\`${name}\` is not from ${least} to ${most}` : number;
}
