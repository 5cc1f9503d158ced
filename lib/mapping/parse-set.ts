/*
 * Parses the inside of a set, `$[set]%`.
 *   set    = 1*( character [ "-" character ] ) "]"
 * `\` quotes `-`, `]` and `\`; `$` quotes a blank and a dollar and is itself otherwise. A `-` at either end is itself.
 * Ref: PMDF 5.3.1
 */
import { type Diagnostic, errorAt, type Parsed } from '../text/index.js';
import type { CharacterRange, SpanAt } from './syntax.js';

/** A set and where it ended; not `closed` when the pattern was over first. */
export interface ParsedSet {
  readonly ranges: readonly CharacterRange[];
  readonly end: number;
  readonly closed: boolean;
}

interface SetCharacter {
  readonly code: number;
  readonly end: number;
}

function characterAt(text: string, position: number): SetCharacter | null {
  const next = text.charAt(position + 1);
  const quotes =
    (text.charAt(position) === '\\' && next !== '') ||
    (text.charAt(position) === '$' && (next === ' ' || next === '\t' || next === '$'));
  const start = quotes ? position + 1 : position;
  const code = text.codePointAt(start);
  return code === undefined ? null : { code, end: start + (code > 0xffff ? 2 : 1) };
}

/** Parses a set from `start`, just after its `[`, to the `]`. */
export function parseSet(text: string, start: number, at: SpanAt): Parsed<ParsedSet> {
  const ranges: CharacterRange[] = [];
  const diagnostics: Diagnostic[] = [];
  let position = start;
  while (position < text.length && text.charAt(position) !== ']') {
    const first = characterAt(text, position);
    if (first === null) break;
    const isRange = text.charAt(first.end) === '-' && text.charAt(first.end + 1) !== ']';
    const last = isRange ? characterAt(text, first.end + 1) : first;
    if (last === null) {
      position = text.length;
      break;
    }
    const range = { from: first.code, to: last.code };
    if (range.from > range.to) {
      diagnostics.push(
        errorAt(at(position, last.end - position), 'mapping/set', 'the range runs backwards', {
          hint: `write \`${String.fromCodePoint(range.to)}-${String.fromCodePoint(range.from)}\`; a literal \`-\` is written \`\\-\``,
        }),
      );
    } else if (isLineEnd(range.from) || isLineEnd(range.to)) {
      diagnostics.push(
        errorAt(at(position, last.end - position), 'mapping/line-end', 'a set cannot hold a line end'),
      );
    } else ranges.push(range);
    position = last.end;
  }
  const closed = position < text.length;
  const span = at(start, position - start);
  if (!closed) {
    diagnostics.push(
      errorAt(span, 'mapping/set', 'the set is not closed by `]`', {
        hint: 'a literal `[` needs no dollar sign',
      }),
    );
  } else if (ranges.length === 0 && diagnostics.length === 0) {
    diagnostics.push(
      errorAt(span, 'mapping/set', 'the set is empty', { hint: 'a `]` in a set is written `\\]`' }),
    );
  }
  return { value: { ranges, end: closed ? position + 1 : position, closed }, diagnostics };
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}
