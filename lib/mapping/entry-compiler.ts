/*
 * Compiles entries one after the other; what they have in common is kept once. Of the places in an entry only its own stays,
 * by which replies, traces and logs name it.
 */
import { EqualValues, type Span } from '../text/index.js';
import { otherSpellings } from './domain-spellings.js';
import { type CompiledPattern, PatternCompiler } from './match/compile-pattern.js';
import { printTemplate } from './print.js';
import type { Entry } from './syntax.js';
import { type TemplateNeeds, templateNeeds } from './template-needs.js';
import { type UnplacedTemplate, unplaced } from './unplaced.js';

/** An entry, ready to be tried. */
export interface CompiledEntry {
  readonly pattern: CompiledPattern;
  /** The pattern with the domains in it spelled differently; it matches for the entry too. */
  readonly otherSpellings: readonly CompiledPattern[];
  readonly template: UnplacedTemplate;
  readonly needs: TemplateNeeds;
  readonly span: Span;
}

const noSpellings: readonly CompiledPattern[] = Object.freeze([]);

/** More templates than a table repeats; where every entry has its own, no more than these are remembered. */
const mostTemplates = 1024;

export class EntryCompiler {
  readonly #patterns = new PatternCompiler();
  readonly #templates = new EqualValues<Pick<CompiledEntry, 'template' | 'needs'>>(mostTemplates);

  compile({ pattern, template: written, span }: Entry): CompiledEntry {
    const others = otherSpellings(pattern);
    const { template, needs } = this.#templates.get(printTemplate(written), () => ({
      template: written.map(unplaced),
      needs: templateNeeds(written),
    }));
    return Object.freeze({
      pattern: this.#patterns.compile(pattern),
      otherSpellings: others.length === 0 ? noSpellings : others.map((one) => this.#patterns.compile(one)),
      template,
      needs,
      span,
    });
  }
}
