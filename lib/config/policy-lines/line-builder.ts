/*
 * Builds lines of PMDF's files from YAML scalars; every character keeps its place in the YAML.
 */
import type { LogicalLine, SourceFile, Span } from '../../text/index.js';
import type { YamlScalar } from '../yaml/yaml-node.js';

/** Whether text ends in a `$` that quotes the next character. */
export function endsOpen(text: string): boolean {
  let dollars = 0;
  while (text.charAt(text.length - 1 - dollars) === '$') dollars += 1;
  return dollars % 2 === 1;
}

/** A blank line with a place. */
export function blankLine(at: Span): LogicalLine {
  return { kind: 'blank', text: '', pieces: [{ start: 0, source: at.source, offset: at.offset }] };
}

/** A line being built. */
export class LineBuilder {
  readonly #source: SourceFile;
  readonly #pieces: { start: number; source: SourceFile; offset: number }[] = [];
  #text = '';

  constructor(source: SourceFile) {
    this.#source = source;
  }

  /** Adds text that comes from the file at `offset`. */
  add(text: string, offset: number): this {
    const last = this.#pieces.at(-1);
    if (last === undefined || offset - last.offset !== this.#text.length - last.start) {
      this.#pieces.push({ start: this.#text.length, source: this.#source, offset });
    }
    this.#text += text;
    return this;
  }

  /** Adds a blank that is not in the YAML; its place is that of the text before it. */
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

  /** Adds the text of a scalar, quoting blanks and tabs by `$` unless they are quoted already. */
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

/** A line of words with blanks between them. */
export function joinedLine(words: readonly [YamlScalar, ...YamlScalar[]]): LogicalLine {
  const [first, ...others] = words;
  const line = new LineBuilder(first.span.source).addScalar(first);
  for (const one of others) line.addBlank().addScalar(one);
  return line.line();
}
