/*
 * Templates that only put parts of the address and fixed text together, as most do. They are expanded by a plain function,
 * with the result that `expandRule` has for them.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import type { StepBudget } from '../engine/index.js';
import { EqualValues } from '../text/index.js';
import { type AddressText, textOf } from './address-text.js';
import type { RuleSettings } from './controls.js';
import { printItem } from './print-rules.js';
import type { OutputItem, TemplateForm } from './rule.js';
import { longestText, type RuleResult, resultOf } from './rule-result.js';
import { type AddressItem, type AddressParts, isAddressItem, type PlacedAddressItem } from './substitute.js';

/** A template by the parts between its separators. */
export interface PlainTemplate {
  readonly kind: 'plain';
  readonly parts: readonly AddressText[];
  readonly form: TemplateForm;
}

/** The item without its place. */
function unplaced({ span, ...item }: PlacedAddressItem): AddressItem {
  return item;
}

/** Plain templates that share the parts which they have in common: thousands of rules differ in one part. */
export class PlainTemplates {
  readonly #items = new EqualValues<AddressItem>();
  readonly #parts = new EqualValues<AddressText>();

  /** Makes a plain template; null when it looks something up, checks a domain, or changes the case of what it puts in. */
  make(output: readonly OutputItem[], form: TemplateForm): PlainTemplate | null {
    if (form === 'open') return null;
    let part: (string | AddressItem)[] = [];
    const parts = [part];
    for (const item of output) {
      if (item.kind === 'separator') {
        part = [];
        parts.push(part);
      } else if (item.kind === 'text') part.push(item.text);
      else if (isAddressItem(item)) part.push(this.#items.get(printItem(item), () => unplaced(item)));
      else return null;
    }
    return { kind: 'plain', parts: parts.map((one) => this.#partOf(one)), form };
  }

  /** A part of one item, as most are, is shared. */
  #partOf(part: AddressText): AddressText {
    const [only, second] = part;
    // A copy is no longer than it has to be.
    if (only === undefined || second !== undefined) return part.slice();
    const text = typeof only === 'string' ? `text ${only}` : printItem(only);
    return this.#parts.get(text, () => [only]);
  }
}

/** Expands a plain template for an address; `settings` are those of its rule. Each separator is a step too. */
export function expandPlain(
  template: PlainTemplate,
  address: AddressParts,
  settings: RuleSettings,
  budget: StepBudget,
): RuleResult {
  const parts: string[] = [];
  let left = longestText;
  for (const items of template.parts) {
    if (parts.length > 0) budget.spend(1, 'rewriting');
    const made = textOf(items, address, left, budget);
    if (typeof made !== 'string') return made;
    left -= made.length;
    parts.push(made);
  }
  return resultOf({ parts, marks: '', lookedUp: false }, template.form, settings);
}
