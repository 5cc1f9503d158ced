/*
 * The rules of a policy by tag and pattern, in the order in which a host is looked up, with the hosts that each pattern fits.
 * Ref: PMDF 2.2.4
 */
import { foldHost } from '../../address/index.js';
import { groupedByPattern, type RewriteRule, type RulePattern } from '../../rewrite/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { placeInOrder, type RuleHosts, ruleHosts } from '../language/rule-hosts.js';
import { OverlappingPatterns } from './overlapping-patterns.js';

/** The rules of one pattern. */
export interface RuleGroup {
  readonly pattern: RulePattern;
  readonly rules: readonly RewriteRule[];
  readonly hosts: RuleHosts;
  readonly place: number;
  /** The host, for a pattern without wildcards. */
  readonly exact: string | null;
}

/** The groups of one tag, and which of them overlap. */
export interface TaggedGroups {
  /** In the order in which they count. */
  readonly groups: readonly RuleGroup[];
  readonly overlapping: OverlappingPatterns<RuleGroup>;
}

/** The groups by tag. */
export function groupsOf(
  rules: readonly RewriteRule[],
  addresses: AddressLanguages,
): ReadonlyMap<string, TaggedGroups> {
  const byTag = new Map<string, RuleGroup[]>();
  for (const same of groupedByPattern(rules).values()) {
    const pattern = same[0]?.pattern;
    if (pattern === undefined) continue;
    const hosts = ruleHosts(addresses, pattern);
    const isExact = pattern.kind === 'host' && hosts.only !== addresses.languages.nothing;
    const group = {
      pattern,
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
  return new Map(
    [...byTag].map(([tag, unsorted]) => {
      const groups = unsorted.sort((left, right) => left.place - right.place);
      return [tag, { groups, overlapping: new OverlappingPatterns(groups) }];
    }),
  );
}
