/*
 * Makes the directory of a channel from what is written about it.
 * Ref: PMDF 3.2.3, 3.2.7
 */
import { type Channel, hasKeyword, spanOfKeyword } from '../channel/index.js';
import { type Diagnostic, errorAt, type Parsed, type Span } from '../text/index.js';
import type { Directory, DirectoryMatching, DirectorySearch, DirectorySource } from './directory.js';
import type { DirectorySetting, DomainSetting, LdapSetting, PlacedSetting } from './directory-setting.js';

/** Without a keyword, a subaddress is put back on what is found for the user. */
function matchingOf(channel: Channel): DirectoryMatching {
  if (spanOfKeyword(channel, 'subaddressexact') !== null) return 'exact';
  return hasKeyword(channel, 'subaddresswild') ? 'wild' : 'relaxed';
}

function isGiven(text: string | null | undefined): text is string {
  return text != null && text !== '';
}

/** Names what a search lacks. */
function missingIn(ldap: LdapSetting | null, base: string | null): readonly string[] {
  return [
    ...((ldap?.servers ?? []).length === 0 ? ['LDAP_SERVERS'] : []),
    ...(isGiven(base) ? [] : ['LDAP_BASE']),
  ];
}

class Maker {
  readonly diagnostics: Diagnostic[] = [];
  readonly #channel: string;
  readonly #setting: DirectorySetting;

  constructor(channel: string, setting: DirectorySetting) {
    this.#channel = channel;
    this.#setting = setting;
  }

  /** The source that is written for a domain; null, and a finding, if something is missing for it. */
  sourceOf(domain: DomainSetting, span: Span): DirectorySource | null {
    if (domain.kind === 'database') return domain;
    if (domain.kind === 'store') return { kind: 'store', store: domain.store };
    const { ldap } = this.#setting;
    const base = domain.base ?? ldap?.base ?? null;
    const missing = missingIn(ldap, base);
    if (missing.length > 0 || !isGiven(base) || ldap === null) {
      const message = `the directory channel \`${this.#channel}\` asks LDAP, and has no ${missing.map((one) => `\`${one}\``).join(' and no ')}`;
      const hint =
        'write `LDAP_SERVERS=host` and `LDAP_BASE=dn`, or `ldap: { servers: [host], base: dn }` in pmdf.yaml';
      this.diagnostics.push(errorAt(span, 'directory/ldap-missing', message, { hint }));
      return null;
    }
    const search: DirectorySearch = {
      base,
      scope: domain.scope ?? ldap.scope,
      filter: domain.filter ?? ldap.filter,
      attribute: domain.attribute ?? ldap.attribute,
    };
    return { kind: 'ldap', search };
  }
}

const ldapAsChannel: DomainSetting = { kind: 'ldap', base: null, scope: null, filter: null, attribute: null };

/**
 * Makes the directory of a channel. `ruled`: the pseudo domains that rules lead to it; those without a line of their own get the
 * default method. Databases of domains that neither names are not known, so that nobody outside chooses a file.
 */
export function makeDirectory(
  channel: Channel,
  { setting, places, span }: PlacedSetting,
  ruled: ReadonlyMap<string, Span>,
): Parsed<Directory> {
  const maker = new Maker(channel.name, setting);
  const domains = new Map<string, DirectorySource>();
  for (const [domain, written] of setting.domains) {
    const source = maker.sourceOf(written, places.get(domain) ?? span);
    if (source !== null) domains.set(domain, source);
  }
  const isLdap = setting.defaultMethod === 'ldap';
  const others = isLdap ? maker.sourceOf(ldapAsChannel, span) : null;
  if (!isLdap) {
    for (const domain of ruled.keys()) {
      if (!setting.domains.has(domain)) domains.set(domain, { kind: 'database', file: null });
    }
  }
  const value: Directory = {
    channel: channel.name,
    matching: matchingOf(channel),
    domains,
    places: new Map([...ruled, ...places]),
    span,
    others,
    listsCandidates: setting.inlineAmbiguous === 'bounce',
    servers: setting.ldap === null ? null : { servers: setting.ldap.servers, tls: setting.ldap.tls },
  };
  return { value, diagnostics: maker.diagnostics };
}
