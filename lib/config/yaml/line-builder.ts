/*
 * Builds lines of PMDF's files out of YAML scalars; every character keeps the place it came from.
 */
import type { LogicalLine, SourceFile, Span } from '../../text/index.js';
import type { YamlScalar } from './yaml-node.js';

/** Tells whether text ends in a `$` that quotes whatever comes next. */
export function endsOpen(text: string): boolean {
  let dollars = 0;
  while (text.charAt(text.length - 1 - dollars) === '$') dollars += 1;
  return dollars % 2 === 1;
}

/** Makes a blank line that stands at a place. */
export function blankLine(at: Span): LogicalLine {
  return { kind: 'blank', text: '', pieces: [{ start: 0, source: at.source, offset: at.offset }] };
}

/** One line in the making. */
export class LineBuilder {
  readonly #source: SourceFile;
  readonly #pieces: { start: number; source: SourceFile; offset: number }[] = [];
  #text = '';

  constructor(source: SourceFile) {
    this.#source = source;
  }

  /** Adds text whose first character comes from `offset`, and the others from behind it. */
  add(text: string, offset: number): this {
    const last = this.#pieces.at(-1);
    if (last === undefined || offset - last.offset !== this.#text.length - last.start) {
      this.#pieces.push({ start: this.#text.length, source: this.#source, offset });
    }
    this.#text += text;
    return this;
  }

  /** Adds a separating blank that nobody wrote; it counts as part of what stands before it. */
  addBlank(): this {
    this.#text += ' ';
    return this;
  }

  /** Adds the text of a scalar as it is. */
  addScalar(scalar: YamlScalar): this {
    scalar.pieces.forEach((piece, index) => {
      const end = scalar.pieces[index + 1]?.start ?? scalar.text.length;
      this.add(scalar.text.slice(piece.start, end), piece.offset);
    });
    return this;
  }

  /** Adds the text of a scalar with its bare blanks and tabs quoted by `$`; what `$` quotes already stays. */
  addQuoted(scalar: YamlScalar): this {
    let isOpen = false;
    scalar.pieces.forEach((piece, index) => {
      const end = scalar.pieces[index + 1]?.start ?? scalar.text.length;
      for (let at = piece.start; at < end; at += 1) {
        const character = scalar.text.charAt(at);
        const offset = piece.offset + at - piece.start;
        if (!isOpen && (character === ' ' || character === '\t')) this.add('$', offset);
        this.add(character, offset);
        isOpen = !isOpen && character === '$';
      }
    });
    return this;
  }

  /** The finished line. */
  line(): LogicalLine {
    return { kind: 'text', text: this.#text, pieces: this.#pieces };
  }
}
