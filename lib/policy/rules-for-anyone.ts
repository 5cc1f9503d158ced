/*
 * Rewrite rules by which mail leaves for hosts of anyone, though they are not for all hosts: those for every literal (`[]`), for every
 * name of so many labels (`*.*`), and for every name below a top-level domain (`.com`). A rule that asks a database, a table or
 * a directory knows the hosts that it is for.
 */
import { isControl, type RewriteRule, type RulePattern, type TemplateItem } from '../rewrite/index.js';
import { topLevelDomainOf } from './top-level-domains.js';

function isForAnyHost(pattern: RulePattern, localDomains: ReadonlySet<string>): boolean {
  switch (pattern.kind) {
    case 'any-literal':
      return true;
    case 'suffix':
    case 'stars': {
      // A name of one label is one of the site's own network.
      if (/^\[[*.]+\]$|^\*(?:\.\*)+$/.test(pattern.text)) return true;
      const domain = topLevelDomainOf(pattern);
      return domain !== null && !localDomains.has(domain);
    }
    case 'host':
    case 'literal-prefix':
    case 'all':
    case 'first':
    case 'percent':
    case 'bang':
      return false;
  }
}

/** Whether an item keeps a rule from firing for some hosts, or for recipients. */
function limits(item: TemplateItem): boolean {
  switch (item.kind) {
    case 'plain-control':
      return item.letter === 'R' || item.letter === 'B';
    case 'general':
    case 'mapping':
    case 'ldap':
    case 'domain-check':
    case 'host-name':
      return true;
    default:
      return false;
  }
}

/** Whether the template keeps text of the host. */
function keepsHost(items: readonly TemplateItem[]): boolean {
  return items.some(
    (item) => !isControl(item) && (item.kind === 'host' || item.kind === 'literal' || item.kind === 'label'),
  );
}

/** Tells whether a rule is one of them. */
export function isForAnyone(
  { pattern, template: { items } }: RewriteRule,
  localDomains: ReadonlySet<string>,
): boolean {
  return isForAnyHost(pattern, localDomains) && keepsHost(items) && !items.some(limits);
}
