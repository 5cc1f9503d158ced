/*
 * The local domain that a domain is a subdomain of, which URLs with `$R` search in too.
 * Ref: Messaging Server 6.3 Administration Reference 4, DOMAIN_UPLEVEL
 */
import { foldDomain } from '../address/index.js';
import type { Policy } from './policy.js';

/** The bit of DOMAIN_UPLEVEL for addresses in the directory. */
const alsoUpper = 2;

/** Gives the nearest local domain above a domain; null without one, and unless the settings ask for it. */
export function upperDomainOf({ settings, localDomains }: Policy, domain: string): string | null {
  if ((settings.ldap.domainUplevel & alsoUpper) === 0) return null;
  const labels = foldDomain(domain).split('.');
  for (let at = 1; at < labels.length; at += 1) {
    const upper = labels.slice(at).join('.');
    if (localDomains.has(upper)) return upper;
  }
  return null;
}
