/*
 * Templates that are one question to the general database, `$($U)`, and nothing else: the usual form. Their key is made, and the
 * answer read, without an output in the making, with the result that `expandRule` has for them.
 * Ref: PMDF 2.2.6.7
 */
import { releaseBars } from '../address/index.js';
import type { LookupAnswer, StepBudget } from '../engine/index.js';
import { type AddressText, textOf } from './address-text.js';
import type { Expandable } from './expand-rule.js';
import type { OutputItem } from './rule.js';
import {
  type Failure,
  longestText,
  type RuleResult,
  resultOf,
  skipped,
  tooLong,
  undecided,
} from './rule-result.js';
import { type AddressItem, type AddressParts, isAddressItem } from './substitute.js';

/** The key that a template asks for; null when the template is anything else. */
export function questionKey(output: readonly OutputItem[]): AddressText | null {
  const [question, second] = output;
  if (question?.kind !== 'general' || second !== undefined) return null;
  const key: (string | AddressItem)[] = [];
  for (const item of question.key) {
    if (item.kind !== 'text' && !isAddressItem(item)) return null;
    key.push(item.kind === 'text' ? item.text : item);
  }
  return key;
}

/** Makes the key of a question for an address. */
export function expandKey(
  question: AddressText,
  address: AddressParts,
  budget: StepBudget,
): string | Failure {
  budget.spend(1, 'rewriting');
  const made = textOf(question, address, longestText, budget);
  return typeof made === 'string' ? releaseBars(made) : made;
}

/** The result for an answer without a dollar: text, and the separators in it. */
function readPlainAnswer(rule: Expandable, text: string, budget: StepBudget): RuleResult {
  const parts: string[] = [];
  let marks = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x25 && code !== 0x40) continue;
    budget.spend(1, 'rewriting');
    parts.push(text.slice(start, at));
    marks += code === 0x25 ? '%' : '@';
    start = at + 1;
  }
  parts.push(text.slice(start));
  if (text.length - marks.length > longestText) return tooLong();
  return resultOf({ parts, marks, lookedUp: true }, rule.form, rule.settings);
}

/** Reads what the database has under the key of a rule's question: the result, or an answer that is a template to be expanded. */
export function readAnswer(
  rule: Expandable,
  key: string,
  answer: LookupAnswer,
  budget: StepBudget,
): RuleResult | string {
  switch (answer.kind) {
    case 'absent':
      return skipped(`the general database has no \`${key}\``);
    case 'failed':
      return undecided(answer.cause);
    case 'found':
      return answer.value.includes('$') ? answer.value : readPlainAnswer(rule, answer.value.trim(), budget);
  }
}
