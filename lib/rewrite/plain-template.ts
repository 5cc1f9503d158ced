/*
 * Templates that only put parts of the address and fixed text together, as most do. They are expanded by a plain function,
 * with the result that `expandRule` has for them.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import type { StepBudget } from '../engine/index.js';
import type { RuleSettings } from './controls.js';
import { printItem } from './print-rules.js';
import type { OutputItem, TemplateForm } from './rule.js';
import { longestText, type RuleResult, resultOf, skipped, tooLong } from './rule-result.js';
import { Shared } from './shared.js';
import {
  type AddressItem,
  type AddressParts,
  isAddressItem,
  type PlacedAddressItem,
  substitute,
} from './substitute.js';

/** Text, or a part of the address. */
type PlainItem = string | AddressItem;

/** A template by the parts between its separators. */
export interface PlainTemplate {
  readonly kind: 'plain';
  readonly parts: readonly (readonly PlainItem[])[];
  readonly form: TemplateForm;
  /** The steps that an expansion takes: one for each item, separators included. */
  readonly steps: number;
}

/** The item without its place. */
function unplaced({ span, ...item }: PlacedAddressItem): AddressItem {
  return item;
}

/** Plain templates that share the parts which they have in common: thousands of rules differ in one part. */
export class PlainTemplates {
  readonly #items = new Shared<AddressItem>();
  readonly #parts = new Shared<readonly PlainItem[]>();

  /** Makes a plain template; null when it looks something up, checks a domain, or changes the case of what it puts in. */
  make(output: readonly OutputItem[], form: TemplateForm): PlainTemplate | null {
    if (form === 'open') return null;
    let part: PlainItem[] = [];
    const parts = [part];
    for (const item of output) {
      if (item.kind === 'separator') {
        part = [];
        parts.push(part);
      } else if (item.kind === 'text') part.push(item.text);
      else if (isAddressItem(item)) part.push(this.#items.get(printItem(item), () => unplaced(item)));
      else return null;
    }
    return { kind: 'plain', parts: parts.map((one) => this.#partOf(one)), form, steps: output.length };
  }

  /** A part of one item, as most are, is shared. */
  #partOf(part: readonly PlainItem[]): readonly PlainItem[] {
    const [only, second] = part;
    // A copy is no longer than it has to be.
    if (only === undefined || second !== undefined) return part.slice();
    const text = typeof only === 'string' ? `text ${only}` : printItem(only);
    return this.#parts.get(text, () => [only]);
  }
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
      const text = typeof item === 'string' ? item : substitute(item, address);
      if (text === undefined) return skipped('the host has no such label');
      made += text;
      length += text.length;
      if (length > longestText) return tooLong();
    }
    parts.push(made);
  }
  return resultOf({ parts, marks: '', lookedUp: false }, template.form, settings);
}
