/*
 * Templates that only put parts of the address and fixed text together, as most do. They are expanded by a plain function,
 * with the result that `expandRule` has for them.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import type { StepBudget } from '../engine/index.js';
import type { RuleSettings } from './controls.js';
import type { OutputItem, TemplateForm } from './rule.js';
import { longestText, type RuleResult, resultOf, skipped, tooLong } from './rule-result.js';
import { type AddressItem, type AddressParts, substitute } from './substitute.js';

type PlainItem = Extract<OutputItem, { kind: 'text' }> | AddressItem;

/** A template by the parts between its separators. */
export interface PlainTemplate {
  readonly parts: readonly (readonly PlainItem[])[];
  readonly form: TemplateForm;
  /** The steps that an expansion takes: one for each item, separators included. */
  readonly steps: number;
}

/** Makes a plain template; null when it looks something up, checks a domain, or changes the case of what it puts in. */
export function plainTemplate(output: readonly OutputItem[], form: TemplateForm): PlainTemplate | null {
  if (form === 'open') return null;
  let part: PlainItem[] = [];
  const parts = [part];
  for (const item of output) {
    switch (item.kind) {
      case 'separator':
        part = [];
        parts.push(part);
        break;
      case 'text':
      case 'user':
      case 'host':
      case 'domain':
      case 'literal':
      case 'label':
        part.push(item);
        break;
      case 'case':
      case 'unique':
      case 'domain-check':
      case 'general':
      case 'mapping':
        return null;
    }
  }
  return { parts, form, steps: output.length };
}

/** Expands a plain template for an address; `settings` are those of its rule. */
export function expandPlain(
  template: PlainTemplate,
  address: AddressParts,
  settings: RuleSettings,
  budget: StepBudget,
): RuleResult {
  budget.spend(template.steps, 'rewriting');
  const parts: string[] = [];
  let length = 0;
  for (const items of template.parts) {
    let made = '';
    for (const item of items) {
      const text = item.kind === 'text' ? item.text : substitute(item, address);
      if (text === undefined) return skipped('the host has no such label');
      made += text;
      length += text.length;
      if (length > longestText) return tooLong();
    }
    parts.push(made);
  }
  return resultOf({ parts, marks: '', lookedUp: false }, template.form, settings);
}
