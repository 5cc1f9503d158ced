/*
 * Option files, such as option.dat and directory_option:
 *   line      = option "=" value / comment / blank line
 *   comment   begins with `!`, `#` or `;` in column 1
 *   integer   = digits / base "%" digits       base 2 to 36
 * An option is a word, in any case; its value is without the blanks around it.
 * Ref: PMDF 3.2.3, 7.3.1, 11.3.1, 21.1.2.1
 */
import { type Diagnostic, errorAt, type Parsed, warningAt } from './diagnostic.js';
import { readLogicalLines, spanIn, spanOfLine } from './logical-lines.js';
import type { SourceFile, Span } from './source.js';

/** One option of a file, as written. */
export interface WrittenOption {
  readonly name: string;
  readonly value: string;
  readonly nameSpan: Span;
  /** At least one character long. */
  readonly valueSpan: Span;
}

/** Reads an option file; a line that is not an option is an error and left out. */
export function parseOptionFile(source: SourceFile): Parsed<readonly WrittenOption[]> {
  const lines = readLogicalLines(source, () => undefined);
  const diagnostics: Diagnostic[] = [...lines.diagnostics];
  const options = lines.value.flatMap((line): WrittenOption[] => {
    if (line.kind !== 'text' || /^[#;]/.test(line.text)) return [];
    const { text } = line;
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(0, equals)).trim();
    if (!/^[^\s!]+$/.test(name)) {
      const message = 'a line of an option file is `option=value`';
      const hint = 'a comment has a `!` in column 1';
      diagnostics.push(errorAt(spanOfLine(line), 'option/line', message, { hint }));
      return [];
    }
    const rest = text.slice(equals + 1);
    const value = rest.trim();
    const start = value === '' ? equals : equals + 1 + rest.length - rest.trimStart().length;
    return [
      {
        name,
        value,
        nameSpan: spanIn(line, text.indexOf(name), name.length),
        valueSpan: spanIn(line, start, Math.max(1, value.length)),
      },
    ];
  });
  return { value: options, diagnostics };
}

/** The finding about an option that an earlier line sets too; the last line counts. */
export function setTwice({ name, nameSpan }: WrittenOption, earlier: WrittenOption): Diagnostic {
  const message = `\`${name}\` is set twice, and only this line counts`;
  const related = [{ message: 'set here too', span: earlier.nameSpan }];
  return warningAt(nameSpan, 'option/twice', message, { hint: 'remove one of the lines', related });
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The number that an option has as its value; null if it is not a number, or greater than 2^53. */
export function integerOf(value: string): number | null {
  const [, base = '10', written = value] = /^([0-9]{1,2})%(.*)$/.exec(value) ?? [];
  const radix = Number(base);
  if (radix < 2 || radix > digits.length || written === '') return null;
  const permitted = digits.slice(0, radix);
  if ([...written.toLowerCase()].some((digit) => !permitted.includes(digit))) return null;
  const number = Number.parseInt(written, radix);
  return Number.isSafeInteger(number) ? number : null;
}
