/*
 * Parses the inside of a set, `$[set]%`.
 *   set    = 1*( character [ "-" character ] ) "]"
 * `\` quotes `-`, `]` and `\`; `$` quotes a blank and a dollar and is literal otherwise. A `-` at either end is literal.
 * Ref: PMDF 5.3.1
 */
import type { Scanner } from '../text/index.js';
import type { CharacterRange } from './syntax.js';

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

/** Reads one character, quoted or not; null at the end. */
function takeCharacter(scanner: Scanner): number | null {
  const quote = scanner.peek();
  const next = scanner.peek(1);
  const quotes = (quote === '\\' && next !== '') || (quote === '$' && next !== '' && ' \t$'.includes(next));
  if (quotes) scanner.position += 1;
  const code = scanner.text.codePointAt(scanner.position);
  if (code === undefined) return null;
  scanner.position += code > 0xffff ? 2 : 1;
  return code;
}

/** Reads a set after its `[` up to its `]` and over it; null when that is missing. */
export function parseSet(scanner: Scanner): readonly CharacterRange[] | null {
  const ranges: CharacterRange[] = [];
  const begin = scanner.position;
  let isSound = true;
  while (!scanner.isAtEnd && scanner.peek() !== ']') {
    const start = scanner.position;
    const from = takeCharacter(scanner);
    const isRange = scanner.peek() === '-' && scanner.peek(1) !== ']';
    if (isRange) scanner.position += 1;
    const to = isRange ? takeCharacter(scanner) : from;
    if (from === null || to === null) break;
    if (from <= to && !isLineEnd(from) && !isLineEnd(to)) {
      ranges.push({ from, to });
      continue;
    }
    isSound = false;
    if (from > to) {
      const [low, high] = [String.fromCodePoint(to), String.fromCodePoint(from)];
      const hint = `write \`${low}-${high}\`; a literal \`-\` is written \`\\-\``;
      scanner.error(start, 'mapping/set', 'the range runs backwards', hint);
    } else scanner.error(start, 'mapping/line-end', 'a set cannot hold a line end');
  }
  if (scanner.isAtEnd) {
    scanner.error(begin, 'mapping/set', 'the set is not closed by `]`', 'a literal `[` needs no dollar sign');
    return null;
  }
  if (ranges.length === 0 && isSound) {
    scanner.error(begin, 'mapping/set', 'the set is empty', 'a `]` in a set is written `\\]`');
  }
  scanner.position += 1;
  return ranges;
}
