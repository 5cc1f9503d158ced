/*
 * Rules made ready to be searched: one map from folded pattern to the rules that have it, in file order.
 * A host costs as many look-ups as it has probes, however many rules there are.
 */
import { atOnce, eachInSlices, type Slices } from '../text/index.js';
import { type RuleSettings, settingsOf } from './controls.js';
import { type QuestionKey, questionKey } from './general-question.js';
import { patternKey } from './parse-pattern.js';
import { type PlainTemplate, plainTemplate } from './plain-template.js';
import { printPattern } from './print-rules.js';
import { type ControlItem, isControl, type OutputItem, type RewriteRule, type TemplateForm } from './rule.js';

/** A rule with its conditions taken out of its template, so that they are tried before any look-up. */
export interface CompiledRule {
  readonly rule: RewriteRule;
  /** The pattern as written, for traces. */
  readonly pattern: string;
  readonly controls: readonly ControlItem[];
  /** What the controls set when the rule fires. */
  readonly settings: RuleSettings;
  readonly output: readonly OutputItem[];
  readonly form: TemplateForm;
  /** The output as a template that looks nothing up; null when it may. */
  readonly plain: PlainTemplate | null;
  /** The key that it asks the general database for, where that is all that the output is. */
  readonly question: QuestionKey | null;
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

/** Takes the controls of a rule out of its template. */
export function compileRule(rule: RewriteRule): CompiledRule {
  const controls: ControlItem[] = [];
  const output: OutputItem[] = [];
  for (const item of rule.template.items) {
    if (isControl(item)) controls.push(item);
    else output.push(item);
  }
  const { form } = rule.template;
  return {
    rule,
    pattern: printPattern(rule.pattern),
    controls,
    settings: settingsOf(controls),
    output,
    form,
    plain: plainTemplate(output, form),
    question: questionKey(output),
  };
}

/** Makes the index; rules with one pattern keep their order. */
export function* compileRulesInSlices(rules: readonly RewriteRule[]): Slices<RewriteRules> {
  const byPattern = new Map<string, CompiledRule[]>();
  yield* eachInSlices(rules, (rule) => {
    const key = patternKey(rule.pattern);
    const same = byPattern.get(key);
    if (same === undefined) byPattern.set(key, [compileRule(rule)]);
    else same.push(compileRule(rule));
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
