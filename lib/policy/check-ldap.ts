/*
 * Whether a server is named for the LDAP URLs that rules, tables and addresses are looked up by.
 * Ref: PMDF 7.3.2, LDAP_HOST
 */
import type { SettingsFile } from '../config/index.js';
import { type MappingTable, tableKey } from '../mapping/index.js';
import { itemsOfRules, type RuleFile } from '../rewrite/index.js';
import { type Diagnostic, errorAt, type Span } from '../text/index.js';

export interface LdapUse {
  readonly settings: SettingsFile;
  readonly rules: RuleFile;
  readonly tables: readonly MappingTable[];
  /** The keys of the tables that something asks. */
  readonly asked: ReadonlySet<string>;
}

/** The first place that asks a directory. */
function firstUse({ settings, rules, tables, asked }: LdapUse): Span | undefined {
  const inRules = itemsOfRules(rules).find(({ kind }) => kind === 'ldap');
  const inTables = tables
    .filter(({ name }) => asked.has(tableKey(name)))
    .flatMap(({ entries }) => entries.flatMap(({ template }) => template))
    .find(({ kind }) => kind === 'ldap');
  const { aliasUrls, reverseUrl, domainUrl } = settings.ldap;
  const urls = [
    ['alias_urls', aliasUrls.length > 0],
    ['reverse_url', reverseUrl !== null],
    ['domain_url', domainUrl !== null],
  ] as const;
  const written = urls.find(([, isWritten]) => isWritten);
  const inSettings = written === undefined ? undefined : settings.places.get(`ldap.${written[0]}`);
  return inRules?.span ?? inTables?.span ?? inSettings;
}

/** Reports what asks a directory where there is none. */
export function checkLdap(use: LdapUse): Diagnostic[] {
  const { ldap, ldapServers } = use.settings;
  if (ldap.store !== null || ldapServers !== null) return [];
  const span = firstUse(use);
  if (span === undefined) return [];
  const hint =
    'name a store in pmdf.yaml, `ldap: { store: NAME }`, or write `LDAP_HOST=name` into option.dat';
  return [errorAt(span, 'ldap/no-server', 'no server is named that answers LDAP URLs', { hint })];
}
