/*
 * Runs the template of an entry, from left to right: text, flags and how to go on; or that an item of it failed.
 * An entry that fails leaves neither text nor flags, only the last control to the left of the item that failed.
 * What the general database, a sub-table or a sequence file gives is put in as text, a dollar in it has no meaning. What a routine
 * gives is read as a template once more.
 * A failed look-up is not a failure of the entry: the whole mapping ends and the caller defers.
 * Ref: PMDF 5.3.2
 */
import { releaseBars } from '../address/index.js';
import { ask, type Environment, type Lookup, type LookupAnswer } from '../engine/index.js';
import { askUrl, inLetters } from '../ldap/index.js';
import type { MappingResult } from './mapping.js';
import { parseTemplate } from './parse-template.js';
import { printTemplate } from './print.js';
import { quoteForTemplate, type RoutineArgument, type RoutineCall, runRoutine } from './routines/index.js';
import type { Control, WildcardValue } from './syntax.js';
import { type AskingItem, isAsking } from './template-needs.js';
import { TextBuilder } from './text-builder.js';
import { type UnplacedArgument, type UnplacedTemplate, unplaced } from './unplaced.js';

/** What a template did. */
export type TemplateResult =
  | {
      readonly kind: 'expanded';
      readonly text: string;
      readonly flags: readonly string[];
      readonly control: Control;
    }
  /** `item` is the one that failed, as written; `control` is null when none stood to its left. */
  | { readonly kind: 'failed'; readonly item: string; readonly control: Control | null }
  | { readonly kind: 'unanswered'; readonly cause: string };

/** What a template that asks nothing needs besides its wildcards. */
export interface ExpansionContext {
  readonly inputFlags: ReadonlySet<string>;
  readonly environment: Environment;
}

/** What any template needs besides its wildcards. */
export interface AskingContext extends ExpansionContext {
  readonly applySubTable: (table: string, argument: string) => Lookup<MappingResult | null>;
}

/** The text, or the further items, that an item of a look-up gives; null when it fails. */
type Found =
  | { readonly text: string }
  | { readonly items: UnplacedTemplate }
  | { readonly unanswered: string }
  | null;

function fromAnswer(answer: LookupAnswer): Found {
  switch (answer.kind) {
    case 'found':
      return { text: answer.value };
    case 'absent':
      return null;
    case 'failed':
      return { unanswered: answer.cause };
  }
}

const asItIs = (text: string): string => text;

function expandArgument(
  items: readonly UnplacedArgument[],
  captures: readonly string[],
  quote: (text: string) => string = asItIs,
): string {
  const builder = new TextBuilder();
  for (const item of items) {
    switch (item.kind) {
      case 'literal':
        builder.add(item.text);
        break;
      case 'capture':
        builder.add(quote(captures[item.capture] ?? ''));
        break;
      case 'case':
        builder.setCase(item.to);
    }
  }
  return builder.text;
}

/** The items of a template that a routine gives; it asks for nothing more. */
function itemsOf(template: string): Found {
  const source = { name: 'routine', shortName: 'routine', text: template };
  const { value, diagnostics } = parseTemplate(template, (offset, length) => ({ source, offset, length }));
  const items = value.map(unplaced);
  if (diagnostics.length === 0 && !items.some(isAsking)) return { items };
  return { unanswered: `the text that a routine gives cannot be read: ${template}` };
}

function* findRoutine(
  run: RoutineCall,
  captures: readonly string[],
  { environment }: AskingContext,
): Lookup<Found> {
  const texts = {
    plain: (argument: RoutineArgument) => releaseBars(expandArgument(argument, captures)),
    quoted: (argument: RoutineArgument) => expandArgument(argument, captures, quoteForTemplate),
  };
  const given = yield* runRoutine(run, texts, environment);
  return given !== null && 'template' in given ? itemsOf(given.template) : given;
}

function wildcardText(captures: readonly string[]): (value: WildcardValue) => string {
  return ({ capture, letters }) => inLetters(releaseBars(captures[capture] ?? ''), letters);
}

function* findText(item: AskingItem, captures: readonly string[], context: AskingContext): Lookup<Found> {
  const { environment } = context;
  switch (item.kind) {
    case 'database': {
      const key = releaseBars(expandArgument(item.key, captures));
      return fromAnswer(yield* ask({ kind: 'database', database: 'general', key }, environment));
    }
    case 'sequence': {
      const { file, radix, width, modulus } = item;
      return fromAnswer(yield* ask({ kind: 'sequence', file, radix, width, modulus }, environment));
    }
    case 'sub-table': {
      const result = yield* context.applySubTable(item.table, expandArgument(item.argument, captures));
      if (result === null) return null;
      if (result.failed !== null) return { unanswered: result.failed };
      return result.matched && result.flags.has('Y') ? { text: result.output } : null;
    }
    case 'routine':
      if (item.run === null) return { unanswered: 'the site routine is not supported' };
      return yield* findRoutine(item.run, captures, context);
    case 'ldap':
      return fromAnswer(yield* askUrl(item.search, wildcardText(captures), environment));
    case 'domain-attribute':
      return { unanswered: 'domain attributes, `$}...{`, are not supported' };
  }
}

/** A template that is running. */
class Expansion {
  #template: UnplacedTemplate;
  readonly #captures: readonly string[];
  readonly #context: ExpansionContext;
  readonly #builder = new TextBuilder();
  readonly #flags: string[] = [];
  #control: Control | null = null;
  #at = 0;
  #result: TemplateResult | null = null;

  constructor(template: UnplacedTemplate, captures: readonly string[], context: ExpansionContext) {
    this.#template = template;
    this.#captures = captures;
    this.#context = context;
  }

  /** Runs on as far as nothing is asked; gives the item that asks, or null at the end. */
  runOn(): AskingItem | null {
    while (this.#result === null) {
      const item = this.#template[this.#at];
      if (item === undefined) break;
      if (isAsking(item)) return item;
      const builder = this.#builder;
      let succeeds = true;
      switch (item.kind) {
        case 'literal':
          builder.add(item.text);
          break;
        case 'capture':
          builder.substitute(this.#captures[item.capture] ?? '');
          break;
        case 'case':
          builder.setCase(item.to);
          break;
        case 'filter-quoting':
          builder.quoteForFilter();
          break;
        case 'control':
          this.#control = item.control;
          break;
        case 'flag':
          this.#flags.push(item.flag);
          break;
        case 'stop':
          this.#result = this.#expanded('E');
          return null;
        case 'chance':
          succeeds = this.#context.environment.random() * 100 < item.percent;
          break;
        case 'input-flag':
          succeeds = this.#context.inputFlags.has(item.flag) === item.set;
      }
      this.#pass(succeeds);
    }
    return null;
  }

  /** Continues after the item that asked, with what it found. */
  take(found: Found): void {
    if (found === null) this.#pass(false);
    else if ('unanswered' in found) this.#result = { kind: 'unanswered', cause: found.unanswered };
    else if ('items' in found) {
      const next = this.#at + 1;
      this.#template = [...this.#template.slice(0, next), ...found.items, ...this.#template.slice(next)];
      this.#pass(true);
    } else {
      this.#builder.substitute(found.text);
      this.#pass(true);
    }
  }

  get result(): TemplateResult {
    return this.#result ?? this.#expanded(this.#control ?? 'E');
  }

  #expanded(control: Control): TemplateResult {
    return { kind: 'expanded', text: this.#builder.text, flags: this.#flags, control };
  }

  #pass(succeeds: boolean): void {
    const item = this.#template[this.#at];
    this.#at += 1;
    if (!succeeds && item !== undefined) {
      this.#result = { kind: 'failed', item: printTemplate([item]), control: this.#control };
    } else if (this.#builder.isTooLong) {
      this.#result = { kind: 'unanswered', cause: 'the output of a mapping is too long' };
    }
  }
}

/** Runs a template that asks nothing with the wildcards of a match; `$1@$0` with `a`, `b` gives `b@a`. */
export function expandNow(
  template: UnplacedTemplate,
  captures: readonly string[],
  context: ExpansionContext,
): TemplateResult {
  const expansion = new Expansion(template, captures, context);
  const asking = expansion.runOn();
  if (asking !== null) throw new Error(`${printTemplate([asking])} asks for something`);
  return expansion.result;
}

/** Runs any template. */
export function* expandTemplate(
  template: UnplacedTemplate,
  captures: readonly string[],
  context: AskingContext,
): Lookup<TemplateResult> {
  const expansion = new Expansion(template, captures, context);
  for (let item = expansion.runOn(); item !== null; item = expansion.runOn()) {
    expansion.take(yield* findText(item, captures, context));
  }
  return expansion.result;
}
