/*
 * Rewrite patterns for all names below a top-level domain of the Internet, such as `.com` and `*.com`.
 */
import type { RulePattern } from '../rewrite/index.js';

/** Top-level domains whose names nobody has but in his own network. Ref: RFC 6761 6; RFC 6762 Appendix G */
const privateDomains: ReadonlySet<string> = new Set([
  'arpa',
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localhost',
  'onion',
  'private',
  'test',
]);

/** Whether a label may be a top-level domain: these have letters only. Ref: RFC 3696 2 */
function mayBeTopLevel(label: string): boolean {
  return !privateDomains.has(label) && (label.startsWith('xn--') || !/[0-9_-]/.test(label));
}

/** The top-level domain that is all that a pattern says, folded; null where it says more, or nobody has names there. */
export function topLevelDomainOf({ kind, text }: RulePattern): string | null {
  if (kind !== 'suffix' && kind !== 'stars') return null;
  const [, domain] = /^(?:\*?\.)*([^.*[\]]+)$/.exec(text.toLowerCase()) ?? [];
  return domain === undefined || !mayBeTopLevel(domain) ? null : domain;
}
