/*
 * Address literals in the one spelling by which rules are found.
 *   [1.2.3.4]         as it is; its parts are what the dots separate
 *   [IPv6:2001:db8::1]  eight groups in lower-case hexadecimal, none left out, no leading zeros
 *   [IPv6:2001:db8:]    in a pattern: literals whose first groups are these
 * PMDF documents no IPv6 in rules; this is the IPv4 language with groups for octets.
 * Ref: RFC 4291 2.2; RFC 5321 4.1.3; PMDF 2.2.3.7
 */

function groupsIn(text: string): string[] | undefined {
  if (text === '') return [];
  const groups: string[] = [];
  for (const group of text.split(':')) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    groups.push(Number.parseInt(group, 16).toString(16));
  }
  return groups;
}

/** Turns a trailing `1.2.3.4` into two groups; text without one stays as it is. */
function withoutDottedTail(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const octets = text.slice(start).split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^[0-9]{1,3}$/.test(octet) && Number(octet) < 256)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function addressGroups(address: string): string[] | undefined {
  const text = address.length <= 45 ? withoutDottedTail(address) : undefined;
  if (text === undefined) return undefined;
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = groupsIn(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const before = groupsIn(text.slice(0, gap));
  const after = groupsIn(text.slice(gap + 2));
  if (before === undefined || after === undefined || before.length + after.length > 7) return undefined;
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after];
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
