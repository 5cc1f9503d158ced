/*
 * Parses the argument of a look-up in a template, up to its closing character.
 *   argument = *( character / "$" digit / "$" ( "\" / "^" / "_" ) / "$" other-punctuation )
 * A dollar quotes punctuation, the closing character among it. Flags and controls have no meaning here and are reported.
 * Ref: PMDF 5.3.2
 */
import { type Diagnostic, errorAt, type Parsed } from '../text/index.js';
import type { ArgumentItem, SpanAt } from './syntax.js';

/** An argument and where it ended; not `closed` when the template was over first. */
export interface ParsedArgument {
  readonly items: readonly ArgumentItem[];
  readonly end: number;
  readonly closed: boolean;
}

const cases: ReadonlyMap<string, 'lower' | 'upper' | 'original'> = new Map([
  ['\\', 'lower'],
  ['^', 'upper'],
  ['_', 'original'],
]);

/** Parses an argument from `start` to the character `close`. */
export function parseArgument(
  text: string,
  start: number,
  close: string,
  at: SpanAt,
): Parsed<ParsedArgument> {
  const items: ArgumentItem[] = [];
  const diagnostics: Diagnostic[] = [];
  let literal = '';
  let literalStart = start;
  let position = start;

  function endLiteral(): void {
    if (literal !== '') {
      items.push({ kind: 'literal', text: literal, span: at(literalStart, position - literalStart) });
    }
    literal = '';
  }

  function addLiteral(character: string, length: number): void {
    if (character === '\n' || character === '\r') {
      diagnostics.push(
        errorAt(at(position, length), 'mapping/line-end', 'a template cannot hold a line end'),
      );
    } else {
      if (literal === '') literalStart = position;
      literal += character;
    }
    position += length;
  }

  while (position < text.length && text.charAt(position) !== close) {
    const character = text.charAt(position);
    const next = text.charAt(position + 1);
    const caseTo = cases.get(next);
    if (character !== '$' || next === '') addLiteral(character, 1);
    else if (next >= '0' && next <= '9') {
      endLiteral();
      items.push({ kind: 'capture', capture: Number(next), span: at(position, 2) });
      position += 2;
    } else if (caseTo !== undefined) {
      endLiteral();
      items.push({ kind: 'case', to: caseTo, span: at(position, 2) });
      position += 2;
    } else if (/[A-Za-z]/.test(next)) {
      endLiteral();
      diagnostics.push(
        errorAt(at(position, 2), 'mapping/argument', `\`$${next}\` cannot stand inside an argument`, {
          hint: 'flags and controls stand outside; a literal dollar sign is written `$$`',
        }),
      );
      position += 2;
    } else addLiteral(next, 2);
  }
  endLiteral();
  const closed = position < text.length;
  return { value: { items, end: closed ? position + 1 : position, closed }, diagnostics };
}
