/*
 * `ldap`: what LDAP URLs in rules and mapping tables are asked of, and the URLs that addresses are looked up by. The same
 * is in option.dat: LDAP_HOST, LDAP_PORT, LDAP_TIMEOUT, MAX_URLS, ALIAS_URL0 to ALIAS_URL3, REVERSE_URL, DOMAIN_UPLEVEL.
 * Ref: PMDF 3.1.1, 3.3.1, 7.3.2
 */
import { type AddressValue, type LdapTemplate, parseAddressUrl } from '../../ldap/index.js';
import { listOf } from '../shapes/collections.js';
import { record, setting } from '../shapes/record.js';
import { text, wholeNumber } from '../shapes/scalars.js';
import { mapped, type Shape } from '../shapes/shape.js';

/** A URL that is asked for an address. */
export interface AddressUrl {
  /** As written. */
  readonly text: string;
  readonly search: LdapTemplate<AddressValue>;
}

/** The servers that option.dat names. */
export interface OptionServers {
  /** Names or addresses, asked in turn. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** For one question, in seconds. */
  readonly timeout: number;
}

const addressUrl: Shape<AddressUrl> = mapped(
  text('an LDAP URL', '^[lL][dD][aA][pP]:///[^\\n\\r]*\\?[^\\n\\r]+$'),
  (written, node, { findings }) => {
    const parsed = parseAddressUrl(written);
    if ('value' in parsed) return Object.freeze({ text: written, search: parsed.value });
    return findings.error(node.span, 'ldap/url', parsed.error.message, parsed.error.hint);
  },
);

const noUrls: readonly AddressUrl[] = Object.freeze([]);

/** Limits of options, in settings and in option.dat alike. */
export const mostUrlDepth = 100;
export const mostUplevel = 3;

export const ldap = record({
  store: setting<string | null>(
    text('the name of a store'),
    null,
    'The store of the kind `ldap` whose servers are asked for LDAP URLs.',
    { defaultText: 'LDAP_HOST of option.dat', see: 'ldap.md#servers' },
  ),
  aliasUrls: setting<readonly AddressUrl[]>(
    listOf(addressUrl, 'a list of LDAP URLs'),
    noUrls,
    'LDAP URLs that are asked in turn for each address on a channel that looks up aliases, after the alias database.',
    { defaultText: 'ALIAS_URL0 to ALIAS_URL3 of option.dat', see: 'ldap.md#aliases' },
  ),
  reverseUrl: setting<AddressUrl | null>(
    addressUrl,
    null,
    'The LDAP URL that is asked for each envelope From, after the reverse database.',
    { defaultText: 'REVERSE_URL of option.dat', see: 'ldap.md#reversal' },
  ),
  domainUrl: setting<AddressUrl | null>(
    addressUrl,
    null,
    'The LDAP URL that `$V` and `$Z` of rewrite rules ask for a domain (`$D`) that is not among the local ones.',
    { see: 'ldap.md#local-domains' },
  ),
  maxUrls: setting(
    wholeNumber(1, mostUrlDepth),
    5,
    'How many LDAP URLs may lead from one to the next; above that the client gets 451.',
  ),
  domainUplevel: setting(
    wholeNumber(0, mostUplevel),
    0,
    'With 2, `$R` of a URL also searches for the address in the local domain that its own is a subdomain of.',
  ),
});
