/*
 * The rules of a policy by tag and pattern, in the order in which a host is looked up, with the hosts that each pattern fits.
 * Ref: PMDF 2.2.4
 */
import { foldHost } from '../../address/index.js';
import { groupedByPattern, type RewriteRule } from '../../rewrite/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { placeInOrder, type RuleHosts, ruleHosts } from '../language/rule-hosts.js';

/** The rules of one pattern. */
export interface RuleGroup {
  readonly rules: readonly RewriteRule[];
  readonly hosts: RuleHosts;
  readonly place: number;
  /** The host, for a pattern without wildcards. */
  readonly exact: string | null;
}

/** The groups by tag. */
export function groupsOf(
  rules: readonly RewriteRule[],
  addresses: AddressLanguages,
): ReadonlyMap<string, readonly RuleGroup[]> {
  const byTag = new Map<string, RuleGroup[]>();
  for (const same of groupedByPattern(rules).values()) {
    const pattern = same[0]?.pattern;
    if (pattern === undefined) continue;
    const hosts = ruleHosts(addresses, pattern);
    const isExact = pattern.kind === 'host' && hosts.only !== addresses.languages.nothing;
    const group = {
      rules: same,
      hosts,
      place: placeInOrder(pattern),
      exact: isExact ? foldHost(pattern.text) : null,
    };
    const tag = pattern.tag === '' ? '' : foldHost(pattern.tag);
    const others = byTag.get(tag);
    if (others === undefined) byTag.set(tag, [group]);
    else others.push(group);
  }
  for (const groups of byTag.values()) groups.sort((left, right) => left.place - right.place);
  return byTag;
}

/** Whether two patterns may fit one host. */
export function mayOverlap(earlier: RuleGroup, later: RuleGroup): boolean {
  const text = later.rules[0]?.pattern.text.toLowerCase() ?? '';
  if (earlier.exact === null || !text.startsWith('.')) return true;
  return earlier.exact.endsWith(text);
}
