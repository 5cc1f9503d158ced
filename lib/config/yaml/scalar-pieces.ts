/*
 * Aligns the text of a scalar with its written form, in which escapes and doubled quotes are written for other characters,
 * and folds and indents are not part of the text. Never fails: what cannot be aligned gets the nearest place before it.
 * Ref: YAML 1.2 5.7, 6.5, 7.3, 8.1
 */
import type { ScalarPiece, ScalarStyle } from './yaml-node.js';

const escapeLengths = new Map([
  ['x', 4],
  ['u', 6],
  ['U', 10],
]);

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

class Alignment {
  readonly pieces: ScalarPiece[] = [];
  readonly #written: string;
  readonly #end: number;
  #from: number;
  #start = 0;

  constructor(written: string, from: number, end: number) {
    this.#written = written;
    this.#from = from;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#from >= this.#end;
  }

  get next(): string | undefined {
    return this.#written[this.#from];
  }

  get start(): number {
    return this.#start;
  }

  /** Records the present place as that of the next character of the text. */
  mark(): void {
    const last = this.pieces.at(-1);
    if (last !== undefined && this.#from - last.offset === this.#start - last.start) return;
    this.pieces.push({ start: this.#start, offset: this.#from });
  }

  take(characters: number, written: number): void {
    this.mark();
    this.#start += characters;
    this.#from += written;
  }

  skip(): void {
    this.#from += 1;
  }

  /** Reads one escape of a double-quoted scalar. */
  takeEscape(): void {
    const letter = this.#written[this.#from + 1];
    if (letter === '\n' || letter === '\r') {
      this.#from += 2;
      while (!this.atEnd && isBlank(this.next)) this.#from += 1;
      return;
    }
    const length = escapeLengths.get(letter ?? '') ?? 2;
    const isPair =
      letter === 'U' && Number.parseInt(this.#written.slice(this.#from + 2, this.#from + 10), 16) > 0xffff;
    this.take(isPair ? 2 : 1, length);
  }
}

/** Aligns `text` with its written form, the stretch `from` to `end` of the file. */
export function scalarPieces(
  file: string,
  { from, end }: { readonly from: number; readonly end: number },
  style: ScalarStyle,
  text: string,
): readonly ScalarPiece[] {
  const walk = new Alignment(file, from, end);
  while (walk.start < text.length && !walk.atEnd) {
    const character = text[walk.start];
    if (style === 'double' && walk.next === '\\') walk.takeEscape();
    else if (style === 'single' && walk.next === "'") walk.take(1, 2);
    else if (walk.next === character || (isBlank(character) && isBlank(walk.next))) walk.take(1, 1);
    else walk.skip();
  }
  if (walk.start < text.length || walk.pieces.length === 0) walk.mark();
  return walk.pieces;
}
