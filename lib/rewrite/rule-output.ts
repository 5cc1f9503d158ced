/*
 * The text that a rule makes, of an address, of the key of a database or of the argument of a mapping table. It keeps apart what
 * the template put in and what came from the address: only the template's own separators decide the form.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import { holdBars } from '../address/index.js';

/** Text in the making, with the separators that the template, not the address, put into it. */
export class RuleOutput {
  readonly purpose: 'address' | 'key' | 'argument';
  readonly parts: string[] = [''];
  /** Those of `$`, `%` and `@` that came from the address; collected for an argument only. */
  foreign = '';
  marks = '';
  length = 0;

  constructor(purpose: 'address' | 'key' | 'argument') {
    this.purpose = purpose;
  }

  add(text: string): void {
    this.parts[this.parts.length - 1] += text;
    this.length += text.length;
  }

  addForeign(text: string): void {
    if (this.purpose === 'argument') {
      for (const mark of '$%@') if (text.includes(mark)) this.addForeignMark(mark);
      this.add(holdBars(text));
    } else {
      this.add(text);
    }
  }

  addForeignMark(mark: string): void {
    if (!this.foreign.includes(mark)) this.foreign += mark;
  }

  separate(mark: '%' | '@'): void {
    if (this.purpose !== 'address') {
      this.add(mark);
      return;
    }
    this.marks += mark;
    this.parts.push('');
  }

  get text(): string {
    return this.parts.length === 1 ? (this.parts[0] ?? '') : this.parts.join('');
  }
}
