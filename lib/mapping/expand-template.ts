/*
 * Runs the template of an entry, from left to right: text, flags and how to go on; or that an item of it failed.
 * An entry that fails leaves neither text nor flags, only the last control to the left of the item that failed.
 * What the general database, a sub-table or a sequence file gives is put in as text, a dollar in it has no meaning.
 * A failed look-up is not a failure of the entry: the whole mapping ends and the caller defers.
 * Ref: PMDF 5.3.2
 */
import { releaseBars } from '../address/index.js';
import type { Environment, Lookup, LookupAnswer, LookupRequest } from '../engine/index.js';
import type { MappingResult } from './mapping.js';
import { printTemplate } from './print.js';
import type { ArgumentItem, Control, MappingTemplate, TemplateItem } from './syntax.js';
import { TextBuilder } from './text-builder.js';

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

/** What a template needs besides its wildcards. */
export interface ExpansionContext {
  readonly inputFlags: ReadonlySet<string>;
  readonly environment: Environment;
  readonly applySubTable: (table: string, argument: string) => Lookup<MappingResult | null>;
}

function* lookUp(request: LookupRequest, environment: Environment): Lookup<LookupAnswer> {
  const answer = yield request;
  environment.trace?.({ kind: 'lookup', request, answer });
  return answer;
}

/** The text that an item of a look-up gives; null when it fails. */
type Found = { readonly text: string } | { readonly unanswered: string } | null;

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

function expandArgument(items: readonly ArgumentItem[], captures: readonly string[]): string {
  const builder = new TextBuilder();
  for (const item of items) {
    switch (item.kind) {
      case 'literal':
        builder.add(item.text);
        break;
      case 'capture':
        builder.add(captures[item.capture] ?? '');
        break;
      case 'case':
        builder.setCase(item.to);
    }
  }
  return builder.text;
}

type AskingItem = Extract<
  TemplateItem,
  { kind: 'database' | 'sub-table' | 'sequence' | 'routine' | 'ldap' | 'domain-attribute' }
>;

function* findText(item: AskingItem, captures: readonly string[], context: ExpansionContext): Lookup<Found> {
  const { environment } = context;
  switch (item.kind) {
    case 'database': {
      const key = releaseBars(expandArgument(item.key, captures));
      return fromAnswer(yield* lookUp({ kind: 'database', database: 'general', key }, environment));
    }
    case 'sequence': {
      const { file, radix, width, modulus } = item;
      return fromAnswer(yield* lookUp({ kind: 'sequence', file, radix, width, modulus }, environment));
    }
    case 'sub-table': {
      const result = yield* context.applySubTable(item.table, expandArgument(item.argument, captures));
      if (result === null) return null;
      if (result.failed !== null) return { unanswered: result.failed };
      return result.matched && result.flags.has('Y') ? { text: result.output } : null;
    }
    case 'routine':
      return { unanswered: 'site routines are not supported' };
    case 'ldap':
      return { unanswered: 'LDAP look-ups in templates are not supported' };
    case 'domain-attribute':
      return { unanswered: 'domain attributes, `$}...{`, are not supported' };
  }
}

/** Runs a template with the wildcards of a match; `$1@$0` with `a`, `b` gives `b@a`. */
export function* expandTemplate(
  template: MappingTemplate,
  captures: readonly string[],
  context: ExpansionContext,
): Lookup<TemplateResult> {
  const builder = new TextBuilder();
  const flags: string[] = [];
  let control: Control | null = null;
  for (const item of template) {
    let succeeds = true;
    switch (item.kind) {
      case 'literal':
        builder.add(item.text);
        break;
      case 'capture':
        builder.substitute(captures[item.capture] ?? '');
        break;
      case 'case':
        builder.setCase(item.to);
        break;
      case 'filter-quoting':
        builder.quoteForFilter();
        break;
      case 'control':
        control = item.control;
        break;
      case 'flag':
        flags.push(item.flag);
        break;
      case 'stop':
        return { kind: 'expanded', text: builder.text, flags, control: 'E' };
      case 'chance':
        succeeds = context.environment.random() * 100 < item.percent;
        break;
      case 'input-flag':
        succeeds = context.inputFlags.has(item.flag) === item.set;
        break;
      default: {
        const found: Found = yield* findText(item, captures, context);
        if (found === null) succeeds = false;
        else if ('unanswered' in found) return { kind: 'unanswered', cause: found.unanswered };
        else builder.substitute(found.text);
      }
    }
    if (!succeeds) return { kind: 'failed', item: printTemplate([item]), control };
    if (builder.isTooLong) return { kind: 'unanswered', cause: 'the output of a mapping is too long' };
  }
  return { kind: 'expanded', text: builder.text, flags, control: control ?? 'E' };
}
