/*
 * Rewrite rules that can never fire, since rules that are tried before them always do. Tried before a rule are those
 * with its pattern that stand above it, those with `$*`, for `[*.*.*.*]` those with `[]`, and for `$%` and `$!` those
 * with `.`, under the same tag. A rule always fires when nothing in its template can fail; whether its conditions hold
 * wherever those of the other hold is tried out, for every direction, place and kind of channel.
 * Ref: PMDF 2.2.3.2, 2.2.4, 2.2.6
 */
import { foldHost } from '../address/index.js';
import type { CompiledPolicy, Policy } from '../policy/index.js';
import {
  type CompiledRule,
  type ControlItem,
  compileRule,
  type HostPlace,
  type OutputItem,
  patternKey,
  printPattern,
  type RewriteContext,
  type RewriteRule,
  type RoutingChannel,
  type RulePattern,
  rulesOf,
  whyControlsFail,
} from '../rewrite/index.js';
import { type Diagnostic, placeOf, warningAt } from '../text/index.js';

/** Where an address can stand, where its host was found, and who asks. */
interface Situation {
  readonly context: RewriteContext;
  readonly from: HostPlace;
}

/** Rules with one pattern that are looked at, and situations; more are as good as never written by hand. */
const mostRules = 200;
const mostSituations = 20_000;

const hostPlaces: readonly HostPlace[] = ['at', 'percent', 'bang', 'route'];

/** Whether an item of output surely makes text, whatever the host is. */
function surelyMakesText(item: OutputItem, { kind, text }: RulePattern): boolean {
  switch (item.kind) {
    case 'text':
      return item.text !== '';
    case 'domain':
      // Of `*.*` no label is said by the pattern.
      return item.drop === 0 && (kind !== 'stars' || /[^*.[\]]/.test(text));
    case 'host':
      return item.drop === 0 && (kind === 'suffix' || kind === 'all' || kind === 'stars');
    default:
      return false;
  }
}

/** Whether nothing in the output can make a rule fail. */
function cannotFail({ output, rule, controls }: CompiledRule): boolean {
  const failing = ['general', 'mapping', 'label', 'domain-check'];
  if (output.some((item) => failing.includes(item.kind))) return false;
  const parts: OutputItem[][] = [[]];
  for (const item of output) {
    if (item.kind === 'separator') parts.push([]);
    else parts.at(-1)?.push(item);
  }
  // Without a host the rule ends rewriting if it has an error text and nothing else; anything else fails.
  if (parts.length === 1) return output.length === 0 && controls.some((one) => one.kind === 'error-text');
  return parts.slice(1).every((part) => part.some((item) => surelyMakesText(item, rule.pattern)));
}

function isCondition({ kind }: ControlItem): boolean {
  return kind === 'plain-control' || kind === 'channel-control' || kind === 'reprocessing-control';
}

/** The channels that some controls name, and for each way to be none of them one that is not named. */
function channelsFor(rules: readonly CompiledRule[], policy: Policy): (RoutingChannel | null)[] {
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

function situationsFor(rules: readonly CompiledRule[], policy: Policy): Situation[] | null {
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

function canFire({ controls }: CompiledRule, { context, from }: Situation): boolean {
  return whyControlsFail(controls, context, from) === undefined;
}

/** Whether the rules of a key are tried only after all those of another with the same tag. */
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

/** The rules that together keep one from firing; none when it can fire. */
function takersOf(rule: CompiledRule, before: readonly CompiledRule[], policy: Policy): RewriteRule[] {
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

/** What to write instead: the order in the file counts among rules with one pattern only. */
function hintFor(rule: RewriteRule, taker: RewriteRule): string {
  const condition = `give \`${printPattern(taker.pattern)}\` a condition such as \`$Nchannel\``;
  const isSame = patternKey(rule.pattern) === patternKey(taker.pattern);
  return isSame ? `put this rule above it, or ${condition}` : `${condition}, or take this rule out`;
}

/** Finds rules that never fire. */
export function lintNeverFiringRules({ rules, policy }: CompiledPolicy): Diagnostic[] {
  const byKey = new Map<string, CompiledRule[]>();
  const compiled = rulesOf(rules).map(compileRule);
  for (const rule of compiled) {
    const key = patternKey(rule.rule.pattern);
    byKey.set(key, [...(byKey.get(key) ?? []), rule]);
  }
  return compiled.flatMap((rule) => {
    const { pattern, span } = rule.rule;
    const same = byKey.get(patternKey(pattern)) ?? [];
    const earlier = keysBefore(pattern).flatMap((key) => byKey.get(key) ?? []);
    const above = same.slice(0, same.indexOf(rule));
    // A rule with its pattern and without any condition is named when the rules are read.
    if (above.some((one) => cannotFail(one) && !one.controls.some(isCondition))) return [];
    const takers = takersOf(rule, [...earlier, ...above], policy);
    const [first, ...others] = takers;
    if (first === undefined) return [];
    const places = takers.map((one) => `\`${placeOf(one.span)}\``).join(', ');
    return [
      warningAt(
        span,
        'lint/rule-never-fires',
        `this rule never fires: ${places} ${others.length === 0 ? 'is' : 'are'} tried before it and always ${others.length === 0 ? 'does' : 'do'}`,
        {
          hint: hintFor(rule.rule, first),
          related: takers.map((one) => ({ message: 'this one fires', span: one.span })),
        },
      ),
    ];
  });
}
