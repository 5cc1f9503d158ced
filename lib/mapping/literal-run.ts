/*
 * Collects the literal characters of a pattern, template or argument until something else ends the run.
 */
import type { Scanner, Span } from '../text/index.js';

/** A run of literal characters, without quoting. */
export interface LiteralItem {
  readonly kind: 'literal';
  readonly text: string;
  readonly span: Span;
}

/** The run that is open, if any. */
export class LiteralRun {
  readonly #scanner: Scanner;
  readonly #lineEnd: string;
  #characters: string[] = [];
  #start = 0;

  /** `what` names the text in the error about a line end, which none may hold. */
  constructor(scanner: Scanner, what: string) {
    this.#scanner = scanner;
    this.#lineEnd = `${what} cannot hold a line end`;
  }

  /** Adds the character, just read, that was written from `start` on, with its quoting. */
  add(start: number, character: string): void {
    if (character === '\n' || character === '\r') {
      this.#scanner.error(start, 'mapping/line-end', this.#lineEnd);
      return;
    }
    if (this.#characters.length === 0) this.#start = start;
    this.#characters.push(character);
  }

  /** Ends the run before `end`, and adds it to `items` if it has characters. */
  endBefore(end: number, items: { push(item: LiteralItem): number }): void {
    if (this.#characters.length === 0) return;
    const text = this.#characters.join('');
    items.push({ kind: 'literal', text, span: this.#scanner.spanFrom(this.#start, end) });
    this.#characters = [];
  }
}
