/*
 * Rules made ready to be searched: one map from folded pattern to the rules that have it, in file order.
 * A host costs as many look-ups as it has probes, however many rules there are.
 */
import { atOnce, eachInSlices, type Slices } from '../text/index.js';
import { patternKey } from './parse-pattern.js';
import { printPattern } from './print-rules.js';
import { type ControlItem, isControl, type OutputItem, type RewriteRule, type TemplateForm } from './rule.js';

/** A rule with its conditions taken out of its template, so that they are tried before any look-up. */
export interface CompiledRule {
  readonly rule: RewriteRule;
  /** The pattern as written, for traces. */
  readonly pattern: string;
  readonly controls: readonly ControlItem[];
  readonly output: readonly OutputItem[];
  readonly form: TemplateForm;
}

/** All rules of a configuration, ready for rewriteAddress. */
export interface RewriteRules {
  /** By tag and pattern, both folded; the rules of one pattern in file order. */
  readonly byPattern: ReadonlyMap<string, readonly CompiledRule[]>;
}

/** Takes the controls of a rule out of its template. */
export function compileRule(rule: RewriteRule): CompiledRule {
  const controls: ControlItem[] = [];
  const output: OutputItem[] = [];
  for (const item of rule.template.items) {
    if (isControl(item)) controls.push(item);
    else output.push(item);
  }
  return { rule, pattern: printPattern(rule.pattern), controls, output, form: rule.template.form };
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
  return { byPattern };
}

/** The same at once. */
export function compileRules(rules: readonly RewriteRule[]): RewriteRules {
  return atOnce(compileRulesInSlices(rules));
}
