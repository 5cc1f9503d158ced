/*
 * Hosts and address literals that stand for all those that the pattern of a rewrite rule matches.
 */
import { examplePartsOf, type RulePattern } from '../rewrite/index.js';

/** A label that no real host has. */
const anyLabel = 'any-host';

/** A host name that a pattern takes; null for address literals, tags and patterns without a host of their own. */
export function exampleHost(pattern: RulePattern): string | null {
  if (pattern.tag !== '' || pattern.text.includes('[')) return null;
  switch (pattern.kind) {
    case 'host':
      return pattern.text;
    case 'suffix':
      return `${anyLabel}${pattern.text}`;
    case 'stars':
      return pattern.text.replaceAll('*', anyLabel);
    case 'all':
    case 'first':
      return `${anyLabel}.invalid`;
    case 'literal-prefix':
    case 'any-literal':
    case 'percent':
    case 'bang':
      return null;
  }
}

/** An address literal that a pattern takes; null for patterns of names and tagged ones. */
export function exampleLiteral(pattern: RulePattern): string | null {
  if (pattern.tag !== '' || !pattern.text.startsWith('[')) return null;
  const [parts] = examplePartsOf(pattern);
  return parts === undefined ? null : parts.host + parts.domain;
}
