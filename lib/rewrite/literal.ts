/*
 * Address literals in the one spelling by which rules are found.
 *   [1.2.3.4]         as it is; its parts are what the dots separate
 *   [IPv6:2001:db8::1]  eight groups in lower-case hexadecimal, none left out, no leading zeros
 *   [IPv6:2001:db8:]    in a pattern: literals whose first groups are these
 * PMDF documents no IPv6 in rules; this is the IPv4 language with groups for octets.
 * Ref: RFC 4291 2.2; RFC 5321 4.1.3; PMDF 2.2.3.7
 */
import { parseIpv6 } from '../address/index.js';

function groupsIn(text: string): string[] | undefined {
  if (text === '') return [];
  const groups: string[] = [];
  for (const group of text.split(':')) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    groups.push(Number.parseInt(group, 16).toString(16));
  }
  return groups;
}

function addressGroups(address: string): string[] | undefined {
  const words = parseIpv6(address);
  return words?.flatMap((word) => [(word >>> 16).toString(16), (word & 0xffff).toString(16)]);
}

function contentOf(literal: string): string | undefined {
  return /^\[ipv6:.*\]$/i.test(literal) ? literal.slice(6, -1) : undefined;
}

/** Splits an IPv6 literal into its eight groups; undefined for everything else. */
export function ipv6Groups(literal: string): readonly string[] | undefined {
  const content = contentOf(literal);
  return content === undefined ? undefined : addressGroups(content);
}

/** Spells the first groups of an IPv6 literal: all eight, or a prefix ending in a colon. */
export function ipv6Literal(groups: readonly string[]): string {
  return `[ipv6:${groups.join(':')}${groups.length === 8 || groups.length === 0 ? '' : ':'}]`;
}

/** Spells an IPv6 pattern, whole or prefix, as probes spell it; undefined when it is neither. */
export function ipv6Pattern(pattern: string): string | undefined {
  const content = contentOf(pattern);
  if (content === undefined) return undefined;
  const whole = addressGroups(content);
  if (whole !== undefined) return ipv6Literal(whole);
  if (content !== '' && !content.endsWith(':')) return undefined;
  const groups = groupsIn(content.slice(0, -1));
  return groups !== undefined && groups.length < 8 ? ipv6Literal(groups) : undefined;
}
