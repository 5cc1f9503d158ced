/*
 * Rules made ready to be searched: one map from folded pattern to the rules that have it, in file order.
 * A host costs as many look-ups as it has probes, however many rules there are.
 */
import { atOnce, EqualValues, eachInSlices, type Slices, type Span } from '../text/index.js';
import type { AddressText } from './address-text.js';
import { type RuleSettings, settingsOf } from './controls.js';
import type { Expandable } from './expand-rule.js';
import { questionKey } from './general-question.js';
import { patternKey } from './parse-pattern.js';
import { type PlainTemplate, PlainTemplates } from './plain-template.js';
import { printPattern, printTemplate } from './print-rules.js';
import {
  type Control,
  type ControlItem,
  isControl,
  type OutputItem,
  type RewriteRule,
  type RewriteTemplate,
} from './rule.js';

/** A template that may look something up. */
export interface AskingTemplate extends Expandable {
  /** The key that it asks the general database for, where that is all that its output is. */
  readonly question: AddressText | null;
}

/** A rule as it is kept for searching: conditions apart from the rest, so that they are tried before any look-up. */
export interface CompiledRule {
  /** The pattern as written, for traces. */
  readonly pattern: string;
  /** Its line. */
  readonly span: Span;
  readonly controls: readonly Control[];
  /** What the controls set when the rule fires. */
  readonly settings: RuleSettings;
  /** Plain if it looks nothing up. */
  readonly template: PlainTemplate | AskingTemplate;
}

/** All rules of a configuration, ready for rewriteAddress. */
export interface RewriteRules {
  /** By tag and pattern, both folded; the rules of one pattern in file order. */
  readonly byPattern: ReadonlyMap<string, readonly CompiledRule[]>;
  /** The lengths of patterns, tags included: no rule is looked up under a pattern of another length. */
  readonly lengths: ReadonlySet<number>;
  /** Whether any pattern has asterisks for labels. */
  readonly hasStars: boolean;
}

/** The items of a template, controls and others apart. */
export interface SortedItems {
  readonly controls: readonly ControlItem[];
  readonly output: readonly OutputItem[];
}

/** Takes the controls out of a template. */
export function sortItems({ items }: RewriteTemplate): SortedItems {
  const controls: ControlItem[] = [];
  const output: OutputItem[] = [];
  for (const item of items) {
    if (isControl(item)) controls.push(item);
    else output.push(item);
  }
  return { controls, output };
}

/** The control without its place. */
function unplaced({ span, ...control }: ControlItem): Control {
  return control;
}

/** Compiles rules one by one; equal parts of their templates are kept once. */
class RuleCompiler {
  readonly #plain = new PlainTemplates();
  readonly #conditions = new EqualValues<Pick<CompiledRule, 'controls' | 'settings'>>();

  compile({ pattern, template, span }: RewriteRule): CompiledRule {
    const sorted = sortItems(template);
    const { output } = sorted;
    const { form } = template;
    const { controls, settings } = this.#conditions.get(printTemplate({ items: sorted.controls }), () => ({
      controls: sorted.controls.map(unplaced),
      settings: settingsOf(sorted.controls),
    }));
    return {
      pattern: printPattern(pattern),
      span,
      controls,
      settings,
      template: this.#plain.make(output, form) ?? {
        kind: 'items',
        controls,
        settings,
        output,
        form,
        question: questionKey(output),
      },
    };
  }
}

/** Makes the index; rules with one pattern keep their order. */
export function* compileRulesInSlices(rules: readonly RewriteRule[]): Slices<RewriteRules> {
  const compiler = new RuleCompiler();
  const byPattern = new Map<string, CompiledRule[]>();
  yield* eachInSlices(rules, (rule) => {
    const key = patternKey(rule.pattern);
    const same = byPattern.get(key);
    if (same === undefined) byPattern.set(key, [compiler.compile(rule)]);
    else same.push(compiler.compile(rule));
  });
  return {
    byPattern,
    lengths: new Set([...byPattern.keys()].map((key) => key.length)),
    hasStars: rules.some(({ pattern }) => pattern.kind === 'stars'),
  };
}

/** The same at once. */
export function compileRules(rules: readonly RewriteRule[]): RewriteRules {
  return atOnce(compileRulesInSlices(rules));
}
