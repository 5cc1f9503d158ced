/*
 * Templates that are one question to the general database, `$($U)`, and nothing else: the usual form. They are expanded
 * without an output in the making, with the result that `expandRule` has for them.
 * Ref: PMDF 2.2.6.7
 */
import { releaseBars } from '../address/index.js';
import type { Lookup, LookupRequest } from '../engine/index.js';
import { type Expandable, expandAnswer } from './expand-rule.js';
import type { RewriteContext, RewriteWorld } from './rewrite-context.js';
import type { OutputItem } from './rule.js';
import { longestText, type RuleResult, resultOf, skipped, tooLong, undecided } from './rule-result.js';
import { type AddressItem, type AddressParts, isAddressItem, substitute } from './substitute.js';

/** The key of such a question: parts of the address and fixed text. */
export type QuestionKey = readonly (Extract<OutputItem, { kind: 'text' }> | AddressItem)[];

/** The key that a template asks for; null when the template is anything else. */
export function questionKey(output: readonly OutputItem[]): QuestionKey | null {
  const [question, second] = output;
  if (question?.kind !== 'general' || second !== undefined) return null;
  const key: (Extract<OutputItem, { kind: 'text' }> | AddressItem)[] = [];
  for (const item of question.key) {
    if (item.kind !== 'text' && !isAddressItem(item)) return null;
    key.push(item);
  }
  return key;
}

/** The result for an answer without a dollar: text, and the separators in it. */
function readPlainAnswer(rule: Expandable, text: string, { environment }: RewriteWorld): RuleResult {
  const parts: string[] = [];
  let marks = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x25 && code !== 0x40) continue;
    environment.budget.spend(1, 'rewriting');
    parts.push(text.slice(start, at));
    marks += code === 0x25 ? '%' : '@';
    start = at + 1;
  }
  parts.push(text.slice(start));
  if (text.length - marks.length > longestText) return tooLong();
  return resultOf({ parts, marks, lookedUp: true }, rule.form, rule.settings);
}

/** Expands a rule whose template asks for `key`; its conditions are known to hold. */
export function* expandQuestion(
  rule: Expandable & { readonly question: QuestionKey },
  address: AddressParts,
  context: RewriteContext,
  world: RewriteWorld,
): Lookup<RuleResult> {
  const { budget, trace } = world.environment;
  budget.spend(1, 'rewriting');
  let made = '';
  for (const item of rule.question) {
    budget.spend(1, 'rewriting');
    const text = item.kind === 'text' ? item.text : substitute(item, address);
    if (text === undefined) return skipped('the host has no such label');
    made += text;
    if (made.length > longestText) return tooLong();
  }
  const key = releaseBars(made);
  const request: LookupRequest = { kind: 'database', database: 'general', key };
  const answer = yield request;
  if (trace !== undefined) trace({ kind: 'lookup', request, answer });
  switch (answer.kind) {
    case 'absent':
      return skipped(`the general database has no \`${key}\``);
    case 'failed':
      return undecided(answer.cause);
    case 'found':
      if (!answer.value.includes('$')) return readPlainAnswer(rule, answer.value.trim(), world);
      return yield* expandAnswer(rule, { address, key, answer: answer.value }, context, world);
  }
}
