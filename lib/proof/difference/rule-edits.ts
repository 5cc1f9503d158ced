/*
 * The rewrite rules that only one of two policies has. Only rules with one pattern have an order among them, so the rules are
 * compared pattern by pattern. What follows a rule that always fires counts for nothing.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import type { CompiledPolicy } from '../../policy/index.js';
import {
  patternKey,
  printTemplate,
  type RewriteRule,
  rulesOf,
  type TemplateItem,
} from '../../rewrite/index.js';
import { unaligned } from './align.js';

type PatternKind = RewriteRule['pattern']['kind'];

export interface RuleEdit {
  readonly before: RewriteRule | null;
  readonly now: RewriteRule | null;
  /** Whether a rule above it always fires in its place. */
  readonly isUnreachable: boolean;
}

/** Whether an item makes some text for every host that a pattern of a kind fits; a part that is empty makes a rule fail. */
function isNeverEmpty(item: TemplateItem, kind: PatternKind): boolean {
  switch (item.kind) {
    case 'text':
      return item.text !== '';
    case 'host':
      return item.drop === 0 && (kind === 'suffix' || kind === 'all');
    case 'domain':
      return item.drop === 0 && (kind === 'suffix' || kind === 'host');
    default:
      return false;
  }
}

/** Whether a rule fires for every address that its pattern fits, so that the next one with its pattern never does. */
function alwaysFires({ pattern, template: { form, items } }: RewriteRule): boolean {
  if (form === 'no-host' || form === 'open') return false;
  const parts: TemplateItem[][] = [[]];
  for (const item of items) {
    if (item.kind === 'separator') parts.push([]);
    else parts.at(-1)?.push(item);
  }
  const [user = [], ...others] = parts;
  const isPlain = [...user, ...others.flat()].every((item) => {
    switch (item.kind) {
      case 'text':
      case 'case':
        return true;
      case 'user':
        return item.part === 'whole';
      case 'host':
      case 'domain':
        return item.drop === 0;
      default:
        return false;
    }
  });
  return isPlain && others.every((part) => part.some((item) => isNeverEmpty(item, pattern.kind)));
}

function groupsOf({ rules }: CompiledPolicy): Map<string, RewriteRule[]> {
  const groups = new Map<string, RewriteRule[]>();
  for (const rule of rulesOf(rules)) {
    const key = patternKey(rule.pattern);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [rule]);
    else known.push(rule);
  }
  return groups;
}

/** The number of rules of a group that can fire. */
function reachable(group: readonly RewriteRule[]): number {
  const last = group.findIndex(alwaysFires);
  return last === -1 ? group.length : last + 1;
}

function editsOf(before: readonly RewriteRule[], now: readonly RewriteRule[]): RuleEdit[] {
  const texts = (rules: readonly RewriteRule[]) => rules.map(({ template }) => printTemplate(template));
  const [lengthBefore, lengthNow] = [reachable(before), reachable(now)];
  const differing = unaligned(texts(before.slice(0, lengthBefore)), texts(now.slice(0, lengthNow)));
  const after = unaligned(texts(before.slice(lengthBefore)), texts(now.slice(lengthNow)));
  const made = (rule: RewriteRule | undefined, side: 'before' | 'now', isUnreachable: boolean): RuleEdit[] =>
    rule === undefined ? [] : [{ before: null, now: null, [side]: rule, isUnreachable }];
  return [
    ...differing.before.flatMap((at) => made(before[at], 'before', false)),
    ...differing.now.flatMap((at) => made(now[at], 'now', false)),
    ...after.before.flatMap((at) => made(before[at + lengthBefore], 'before', true)),
    ...after.now.flatMap((at) => made(now[at + lengthNow], 'now', true)),
  ];
}

/** Finds the rules that differ. */
export function ruleEdits(before: CompiledPolicy, now: CompiledPolicy): readonly RuleEdit[] {
  const [groupsBefore, groupsNow] = [groupsOf(before), groupsOf(now)];
  return [...new Set([...groupsBefore.keys(), ...groupsNow.keys()])].flatMap((key) =>
    editsOf(groupsBefore.get(key) ?? [], groupsNow.get(key) ?? []),
  );
}
