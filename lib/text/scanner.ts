/*
 * A cursor over one text of the configuration, for the parsers that read `$` syntax character by character: where they
 * are, where that is in the file, and what they found wrong.
 */
import type { DiagnosticCode } from './codes.js';
import { errorAt } from './diagnostic.js';
import { DiagnosticList } from './diagnostic-list.js';
import type { Span } from './source.js';

/** Finds the place of a stretch of the text that is parsed. */
export type SpanAt = (start: number, length: number) => Span;

export class Scanner {
  readonly text: string;
  readonly diagnostics = new DiagnosticList();
  position: number;
  readonly #at: SpanAt;

  constructor(text: string, at: SpanAt, start = 0) {
    this.text = text;
    this.position = start;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character `ahead` places from here; empty past the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.position + ahead);
  }

  /** Reads one character; empty at the end. */
  take(): string {
    const character = this.peek();
    this.position += character.length;
    return character;
  }

  /** Reads up to `close` and over it; null, with nothing read, when it is missing. */
  takeUpTo(close: string): string | null {
    const end = this.text.indexOf(close, this.position);
    if (end === -1) return null;
    const inside = this.text.slice(this.position, end);
    this.position = end + close.length;
    return inside;
  }

  spanFrom(start: number, end = this.position): Span {
    return this.#at(start, end - start);
  }

  /** Reports an error from `start` to here. */
  error(start: number, code: DiagnosticCode, message: string, hint?: string): undefined {
    this.errorIn(this.spanFrom(start), code, message, hint);
  }

  /** Reports an error at a place. */
  errorIn(span: Span, code: DiagnosticCode, message: string, hint?: string): undefined {
    this.diagnostics.push(errorAt(span, code, message, hint === undefined ? {} : { hint }));
  }
}
