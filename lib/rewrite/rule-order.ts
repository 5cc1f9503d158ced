/*
 * The order in which rules are tried, whatever their order in the file:
 *   $*   hosts   *.b.c, .b.c, ... with fewer labels   [1.2.3.4]   [1.2.3.]   [1.2.]   []   [*.*.*.*]   .   $%   $!
 * Rules with the same pattern keep the order of the file. Rules under a tag count only while it is set.
 * Ref: PMDF 2.2.3.2, 2.2.3.7, 2.2.4
 */
import { foldHost } from '../address/index.js';
import { patternKey } from './parse-pattern.js';
import { eachProbe } from './probe-order.js';
import type { HostTable } from './rewrite-context.js';
import type { RewriteRule, RulePattern } from './rule.js';

const classes = [
  'first',
  'host',
  'name',
  'literal',
  'literal-prefix',
  'any-literal',
  'star-literal',
] as const;
const lastClasses = ['all', 'percent', 'bang'] as const;
type PatternClass = (typeof classes)[number] | (typeof lastClasses)[number];

const classOrder: readonly PatternClass[] = [...classes, ...lastClasses];

function classOf({ kind, text }: RulePattern): PatternClass {
  switch (kind) {
    case 'host':
      return text.startsWith('[') && text.endsWith(']') ? 'literal' : 'host';
    case 'suffix':
      return 'name';
    case 'stars':
      return text.startsWith('[') && text.endsWith(']') ? 'star-literal' : 'name';
    case 'first':
    case 'literal-prefix':
    case 'any-literal':
    case 'all':
    case 'percent':
    case 'bang':
      return kind;
  }
}

/** How specific a pattern is: the most specific comes first. Of `*.b.c` and `.b.c` the first comes first. */
function weightOf({ kind, text }: RulePattern): number {
  switch (kind) {
    case 'suffix':
    case 'stars': {
      const labels = text.split('.').filter((label) => label !== '' && !label.includes('*'));
      return labels.length * 2 + (kind === 'stars' ? 1 : 0);
    }
    case 'literal-prefix':
      return text.split(/[.:]/).length;
    default:
      return 0;
  }
}

/** Puts the rules of a file into the order in which they are tried, those without a tag first. */
export function rulesInOrder(rules: readonly RewriteRule[]): RewriteRule[] {
  const tags = new Map<string, number>([['', 0]]);
  const patterns = new Map<string, number>();
  for (const { pattern } of rules) {
    const tag = foldHost(pattern.tag);
    if (!tags.has(tag)) tags.set(tag, tags.size);
    const key = patternKey(pattern);
    if (!patterns.has(key)) patterns.set(key, patterns.size);
  }
  const ranked = rules.map((rule) => ({
    rule,
    tag: tags.get(foldHost(rule.pattern.tag)) ?? 0,
    class: classOrder.indexOf(classOf(rule.pattern)),
    weight: weightOf(rule.pattern),
    first: patterns.get(patternKey(rule.pattern)) ?? 0,
  }));
  ranked.sort(
    (one, other) =>
      one.tag - other.tag || one.class - other.class || other.weight - one.weight || one.first - other.first,
  );
  return ranked.map(({ rule }) => rule);
}

/** One thing that is tried for a host. */
export type SearchStep =
  | { readonly kind: 'rule'; readonly rule: RewriteRule }
  /** A key is looked up in the domain database. */
  | { readonly kind: 'domain-database'; readonly key: string }
  /** The channel table has the host; it counts unless an earlier rule fired. */
  | { readonly kind: 'channel-table'; readonly channel: string };

/** The rules of each pattern, in their order, by its key. */
export function groupedByPattern(rules: readonly RewriteRule[]): ReadonlyMap<string, readonly RewriteRule[]> {
  const byPattern = new Map<string, RewriteRule[]>();
  for (const rule of rules) {
    const key = patternKey(rule.pattern);
    const same = byPattern.get(key);
    if (same === undefined) byPattern.set(key, [rule]);
    else same.push(rule);
  }
  return byPattern;
}

/** Lists what is tried for a host, in order, until something matches; no tag is set. */
export function searchSteps(
  rules: readonly RewriteRule[],
  hosts: HostTable,
  domainDatabase: boolean,
  host: string,
): SearchStep[] {
  const steps: SearchStep[] = [];
  const byPattern = groupedByPattern(rules);
  const addRules = (probe: string): void => {
    for (const rule of byPattern.get(probe) ?? []) steps.push({ kind: 'rule', rule });
  };
  addRules('$*');
  for (const probe of eachProbe(host)) {
    const entry = probe.pattern === '.' ? hosts.find(host) : undefined;
    if (entry !== undefined) steps.push({ kind: 'channel-table', channel: entry.channel.name });
    addRules(probe.pattern);
    if (domainDatabase && probe.domainDatabase) steps.push({ kind: 'domain-database', key: probe.pattern });
  }
  addRules('$%');
  addRules('$!');
  return steps;
}
