/*
 * Splits a line into words as a shell does: blanks between words, '...' literally, "..." with backslashes, a backslash
 * before any character. Nothing is expanded. Throws UsageError for an unclosed quote or a final backslash.
 */
import { UsageError } from './usage-error.js';

const blank = /\s/;

class WordReader {
  readonly #line: string;
  readonly #words: string[] = [];
  /** Null between words; an empty word is one. */
  #word: string | null = null;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  read(): string[] {
    while (this.#at < this.#line.length) {
      const character = this.#take();
      if (blank.test(character)) this.#end();
      else if (character === "'") this.#quoted(false, "'");
      else if (character === '"') this.#quoted(true, '"');
      else this.#add(character === '\\' ? this.#escaped() : character);
    }
    this.#end();
    return this.#words;
  }

  #take(): string {
    const character = this.#line.charAt(this.#at);
    this.#at += 1;
    return character;
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #end(): void {
    if (this.#word !== null) this.#words.push(this.#word);
    this.#word = null;
  }

  #escaped(): string {
    if (this.#at >= this.#line.length) throw new UsageError('the line ends with a backslash');
    return this.#take();
  }

  #quoted(hasEscapes: boolean, quote: string): void {
    this.#add('');
    for (;;) {
      if (this.#at >= this.#line.length) {
        throw new UsageError(
          `a quotation mark (${quote}) is not closed`,
          `write it as \\${quote} if it belongs to the text`,
        );
      }
      const character = this.#take();
      if (character === quote) return;
      this.#add(hasEscapes && character === '\\' ? this.#escaped() : character);
    }
  }
}

/** Splits a line into words. */
export function splitWords(line: string): string[] {
  return new WordReader(line).read();
}
