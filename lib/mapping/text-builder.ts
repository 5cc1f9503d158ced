/*
 * The text that a template builds: what is added is put in the case in force; what is inserted from elsewhere is
 * quoted for an LDAP filter while `$=` is in force.
 * Ref: PMDF 5.3.2; RFC 4515 3
 */
import { escapeForFilter } from '../ldap/index.js';

/** No mapping needs more, and repeated doubling must end somewhere. */
const longestText = 65_536;

/** Collects a text, piece by piece. */
export class TextBuilder {
  #text = '';
  #case: 'lower' | 'upper' | 'original' = 'original';
  #quotes = false;

  get text(): string {
    return this.#text;
  }

  get isTooLong(): boolean {
    return this.#text.length > longestText;
  }

  /** Adds text of the template itself. */
  add(text: string): void {
    switch (this.#case) {
      case 'original':
        this.#text += text;
        return;
      case 'lower':
        this.#text += text.toLowerCase();
        return;
      case 'upper':
        this.#text += text.toUpperCase();
    }
  }

  /** Adds text that is put in: a wildcard's, or what a look-up found. */
  substitute(text: string): void {
    this.add(this.#quotes ? escapeForFilter(text) : text);
  }

  /** Sets the case of what follows; the original case ends filter quoting too. */
  setCase(to: 'lower' | 'upper' | 'original'): void {
    this.#case = to;
    if (to === 'original') this.#quotes = false;
  }

  quoteForFilter(): void {
    this.#quotes = true;
  }
}
