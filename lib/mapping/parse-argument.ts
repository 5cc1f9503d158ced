/*
 * Parses the argument of a look-up in a template: literal text, `$0` to `$9`, `$\\` `$^` `$_`; `$` quotes the rest.
 * Ref: PMDF 5.3.2
 */
import type { Scanner } from '../text/index.js';
import { LiteralRun } from './literal-run.js';
import type { ArgumentItem } from './syntax.js';

/** What a case item changes the case of the following text to. */
export const cases: ReadonlyMap<string, 'lower' | 'upper' | 'original'> = new Map([
  ['\\', 'lower'],
  ['^', 'upper'],
  ['_', 'original'],
]);

/**
 * Reads an argument up to the character `close` and over it; null when that is missing. `silent` is what a dollar before it
 * leaves without effect.
 */
export function parseArgument(scanner: Scanner, close: string, silent = ''): readonly ArgumentItem[] | null {
  const items: ArgumentItem[] = [];
  const literal = new LiteralRun(scanner, 'a template');
  while (!scanner.isAtEnd) {
    const start = scanner.position;
    const character = scanner.take();
    if (character === close) {
      literal.endBefore(start, items);
      return items;
    }
    const next = scanner.peek();
    if (character !== '$' || next === '') {
      literal.add(start, character);
      continue;
    }
    scanner.position += 1;
    if (next === silent) continue;
    const to = cases.get(next);
    const isDigit = next >= '0' && next <= '9';
    if (!isDigit && to === undefined && !/[A-Za-z]/.test(next)) {
      literal.add(start, next);
      continue;
    }
    literal.endBefore(start, items);
    const span = scanner.spanFrom(start);
    if (isDigit) items.push({ kind: 'capture', capture: Number(next), span });
    else if (to !== undefined) items.push({ kind: 'case', to, span });
    else {
      const hint = 'move flags and controls out of the argument; a literal dollar sign is written `$$`';
      scanner.error(start, 'mapping/argument', `\`$${next}\` is not allowed in an argument`, hint);
    }
  }
  return null;
}
