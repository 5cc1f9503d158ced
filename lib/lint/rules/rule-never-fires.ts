/*
 * Rewrite rules that never apply, since rules that are tried before them always do. Tried before a rule are those with
 * its pattern above it, those with `$*`, for `[*.*.*.*]` those with `[]`, and for `$%` and `$!` those with `.`, under the
 * same tag. A rule always applies when nothing in its template can fail; whether its conditions hold whenever those of
 * the later rule hold is tried for every direction, location and kind of channel.
 * Ref: PMDF 2.2.3.2, 2.2.4, 2.2.6
 */
import { foldHost } from '../../address/index.js';
import type { Policy } from '../../policy/index.js';
import {
  type ControlItem,
  type HostPlace,
  hostPlaces,
  type OutputItem,
  patternKey,
  printPattern,
  type RewriteContext,
  type RewriteRule,
  type RoutingChannel,
  type RulePattern,
  rulesOf,
  type SortedItems,
  sortItems,
  whyControlsFail,
} from '../../rewrite/index.js';
import { placeOf } from '../../text/index.js';
import { groupBy } from '../group-by.js';
import { relatedPlaces, type WrittenRule } from '../rule.js';

/** A rule with its controls apart. */
interface SortedRule extends SortedItems {
  readonly rule: RewriteRule;
}

/** The context of a rewrite and where in the address the host was found. */
interface Situation {
  readonly context: RewriteContext;
  readonly from: HostPlace;
}

/** More rules with one pattern, or situations, than anyone writes by hand. */
const mostRules = 200;
const mostSituations = 20_000;

/** Whether an item gives text for every host. */
function alwaysGivesText(item: OutputItem, { kind, text }: RulePattern): boolean {
  switch (item.kind) {
    case 'text':
      return item.text !== '';
    case 'domain':
      // The pattern `*.*` has no label of its own.
      return item.drop === 0 && (kind !== 'stars' || /[^*.[\]]/.test(text));
    case 'host':
      return item.drop === 0 && (kind === 'suffix' || kind === 'all' || kind === 'stars');
    default:
      return false;
  }
}

/** Whether nothing in the template can make a rule fail. */
function cannotFail({ output, rule, controls }: SortedRule): boolean {
  const failing = ['general', 'mapping', 'ldap', 'host-name', 'label', 'domain-check'];
  if (output.some((item) => failing.includes(item.kind))) return false;
  const parts: OutputItem[][] = [[]];
  for (const item of output) {
    if (item.kind === 'separator') parts.push([]);
    else parts.at(-1)?.push(item);
  }
  // Without a host a rule fails, unless it is an error text alone, which ends rewriting.
  if (parts.length === 1) return output.length === 0 && controls.some((one) => one.kind === 'error-text');
  return parts.slice(1).every((part) => part.some((item) => alwaysGivesText(item, rule.pattern)));
}

function isCondition({ kind }: ControlItem): boolean {
  return kind === 'plain-control' || kind === 'channel-control' || kind === 'reprocessing-control';
}

/** The channels that controls name, and one of each kind of the others. */
function channelsFor(rules: readonly SortedRule[], policy: Policy): (RoutingChannel | null)[] {
  const named = new Set(
    rules.flatMap(({ controls }) =>
      controls.flatMap((one) => (one.kind === 'channel-control' ? [one.channel.toLowerCase()] : [])),
    ),
  );
  const kinds = new Set<string>();
  const channels = [...policy.routingChannels.values()].filter(({ name, appliesRules }) => {
    if (named.has(name.toLowerCase())) return true;
    const kind = `${appliesRules} ${/^(process|reprocess|conversion|defragment)/.test(name)}`;
    if (kinds.has(kind)) return false;
    kinds.add(kind);
    return true;
  });
  return [null, ...channels];
}

function situationsFor(rules: readonly SortedRule[], policy: Policy): Situation[] | null {
  const channels = channelsFor(rules, policy);
  if (channels.length ** 2 * hostPlaces.length * 4 > mostSituations) return null;
  const found: Situation[] = [];
  for (const location of ['envelope', 'header'] as const) {
    for (const direction of ['forward', 'backward'] as const) {
      for (const sourceChannel of channels) {
        for (const destinationChannel of channels) {
          const context = { location, direction, sourceChannel, destinationChannel };
          for (const from of hostPlaces) found.push({ context, from });
        }
      }
    }
  }
  return found;
}

function canFire({ controls }: SortedRule, { context, from }: Situation): boolean {
  return whyControlsFail(controls, context, from) === undefined;
}

/** The keys of the rules that are tried before those with a pattern. */
function keysBefore({ kind, tag, text }: RulePattern): string[] {
  const folded = foldHost(tag);
  switch (kind) {
    case 'first':
      return [];
    case 'percent':
    case 'bang':
      return [`${folded}$*`, `${folded}.`];
    case 'stars':
      return /^\[\*(\.\*)*\]$/.test(text) ? [`${folded}$*`, `${folded}[]`] : [`${folded}$*`];
    default:
      return [`${folded}$*`];
  }
}

/** The rules that together apply whenever this one could; none when it can apply. */
function takersOf(rule: SortedRule, before: readonly SortedRule[], policy: Policy): RewriteRule[] {
  const certain = before.filter(cannotFail);
  if (certain.length === 0 || certain.length > mostRules) return [];
  const situations = situationsFor([rule, ...certain], policy)?.filter((one) => canFire(rule, one)) ?? [];
  const takers = new Set<RewriteRule>();
  for (const situation of situations) {
    const taker = certain.find((one) => canFire(one, situation));
    if (taker === undefined) return [];
    takers.add(taker.rule);
  }
  return [...takers];
}

/** The order in the file counts among rules with the same pattern only. */
function hintFor(rule: RewriteRule, taker: RewriteRule): string {
  const condition = `give \`${printPattern(taker.pattern)}\` a condition such as \`$Nchannel\``;
  const isSame = patternKey(rule.pattern) === patternKey(taker.pattern);
  return isSame ? `put this rule above it, or ${condition}` : `${condition}, or remove this rule`;
}

export const ruleNeverFires = {
  code: 'lint/rule-never-fires',
  about:
    'Rewrite rules that are tried before this one apply to everything that it could apply to. Move it above them, give them a condition, or remove it.',
  check({ compiled, policy }) {
    const rules = rulesOf(compiled.rules).map((rule) => ({ rule, ...sortItems(rule.template) }));
    const byKey = groupBy(rules, ({ rule }) => patternKey(rule.pattern));
    return rules.flatMap((rule) => {
      const { pattern, span } = rule.rule;
      const same: readonly SortedRule[] = byKey.get(patternKey(pattern)) ?? [];
      const earlier = keysBefore(pattern).flatMap((key) => byKey.get(key) ?? []);
      const above = same.slice(0, same.indexOf(rule));
      // `rewrite/unreachable` reports a rule below one with its pattern and no condition.
      if (above.some((one) => cannotFail(one) && !one.controls.some(isCondition))) return [];
      const takers = takersOf(rule, [...earlier, ...above], policy);
      const [first] = takers;
      if (first === undefined) return [];
      const places = takers.map((one) => `\`${placeOf(one.span)}\``).join(', ');
      const verb =
        takers.length === 1
          ? 'is tried before it and always applies'
          : 'are tried before it, and one of them always applies';
      const message = `this rewrite rule never applies: ${places} ${verb}`;
      const related = relatedPlaces(takers, () => 'this rule applies instead');
      return [{ span, message, hint: hintFor(rule.rule, first), related }];
    });
  },
} as const satisfies WrittenRule;
