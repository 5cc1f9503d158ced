/*
 * The hosts of which it is not certain what an earlier rule made, in one look-up of a host: it may have fired for some of them.
 */
import { findText } from './find-text.js';
import type { Language, Languages } from './language.js';

/** With more sets than this any host counts that may be in one at first sight. */
const mostSets = 16;

export class DoubtfulHosts {
  readonly #languages: Languages;
  readonly #single = new Set<string>();
  readonly #sets: Language[] = [];

  constructor(languages: Languages) {
    this.#languages = languages;
  }

  /** Adds hosts; `exact` is the only one, null for a set. */
  add(hosts: Language, exact: string | null): void {
    if (exact === null) this.#sets.push(hosts);
    else this.#single.add(exact);
  }

  /** Whether one of some hosts may be among them: false only if none is. */
  mayHave(hosts: Language, exact: string | null): boolean {
    const languages = this.#languages;
    if (exact !== null) return this.#single.has(exact) || this.#sets.some((one) => languages.has(one, exact));
    if ([...this.#single].some((one) => languages.has(hosts, one))) return true;
    return this.#sets.some((one) => {
      const common = languages.intersection([hosts, one]);
      if (common === languages.nothing) return false;
      return this.#sets.length > mostSets || findText(languages, common, languages.work) !== null;
    });
  }
}
