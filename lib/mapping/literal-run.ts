/*
 * Gathers the characters of a pattern or template that stand for themselves, until something else ends the run.
 */
import type { Span } from '../text/index.js';
import type { SpanAt } from './syntax.js';

/** A run of characters that stand for themselves, without quoting. */
export interface LiteralItem {
  readonly kind: 'literal';
  readonly text: string;
  readonly span: Span;
}

/** The run that is open, if any. */
export class LiteralRun {
  readonly #at: SpanAt;
  #characters: string[] = [];
  #start = 0;

  constructor(at: SpanAt) {
    this.#at = at;
  }

  /** Adds a character that was written at `position`; with its quoting it may take more than one place. */
  add(position: number, character: string): void {
    if (this.#characters.length === 0) this.#start = position;
    this.#characters.push(character);
  }

  /** Ends the run before `end`, and adds it to `items` if it has characters. */
  endBefore(end: number, items: { push(item: LiteralItem): number }): void {
    if (this.#characters.length === 0) return;
    const text = this.#characters.join('');
    items.push({ kind: 'literal', text, span: this.#at(this.#start, end - this.#start) });
    this.#characters = [];
  }
}
