/*
 * `directories`: for each directory channel its pseudo domains, and the LDAP servers that it asks.
 * Ref: PMDF 3.2
 */
import { foldDomain } from '../../address/index.js';
import {
  type DirectoryFilter,
  type DirectorySearch,
  type DirectoryServer,
  type DirectorySetting,
  type DomainSetting,
  type LdapSetting,
  parseDirectoryFilter,
  parseServers,
  usualSearch,
} from '../../directory/index.js';
import { listOf, mapOf, type SiteKey } from '../shapes/collections.js';
import { defaulting, optional, record, required } from '../shapes/record.js';
import { choice, text } from '../shapes/scalars.js';
import { either, mapped, quoted, type Shape } from '../shapes/shape.js';
import { byKey } from '../shapes/variants.js';
import { type StoreDatabase, storeDatabase } from './databases.js';
import { channelKey, domainNameOf, fileName } from './names.js';

const pseudoDomain: SiteKey<string> = {
  pattern: '^[\\p{L}\\p{N}\\p{M}_-]{1,63}(?:\\.[\\p{L}\\p{N}\\p{M}_-]{1,63})*$',
  place: 'key',
  read: ({ key, keySpan }, { findings }) => {
    const domain = domainNameOf(key);
    if (domain !== null) return foldDomain(domain);
    return findings.error(keySpan, 'settings/domain', `${quoted(key)} is not a domain name`);
  },
};

/** `host`, `host:port` or `[v6]:port`. */
const server: Shape<DirectoryServer> = mapped(
  text('a server such as `ldap.example.com:389`'),
  (given, node, { findings }) => {
    const [, host = '', bracketed, port] = /^(\[([^\]]*)\]|[^[\]:]*)(?::([0-9]{1,5}))?$/.exec(given) ?? [];
    const [found] = parseServers(`${bracketed ?? host}+${port ?? '389'}`) ?? [];
    if (found !== undefined) return Object.freeze(found);
    const message = `${quoted(given)} is not a server`;
    return findings.error(
      node.span,
      'settings/next-hop',
      message,
      'write `host`, `host:port` or `[v6]:port`',
    );
  },
  { type: 'string', pattern: '^(?:\\[[0-9a-fA-F:.]+\\]|[\\p{L}\\p{N}\\p{M}._-]+)(?::[0-9]{1,5})?$' },
);

const filter: Shape<DirectoryFilter> = mapped(text('a filter'), (given, node, { findings }) => {
  const parsed = parseDirectoryFilter(given);
  if ('value' in parsed) return parsed.value;
  const { message, hint = 'write it as in RFC 4515: `(uid=$L)`' } = parsed.error;
  return findings.error(node.span, 'directory/filter', message, hint);
});

const scope = choice<DirectorySearch['scope']>(['base', 'one', 'sub']);
const attribute = text('the name of an attribute', '^[A-Za-z][A-Za-z0-9.;-]*$');
const baseName = text('a DN');

type Domain = DomainSetting<StoreDatabase>;

const ldapOfDomain: Shape<Domain> = mapped(
  record({
    base: optional(baseName, 'The DN where the search begins.'),
    scope: optional(scope, '`base`, `one` or `sub`.'),
    filter: optional(filter, 'The filter of the search.'),
    attribute: optional(attribute, 'The attribute with the real address.'),
  }),
  (search) => Object.freeze({ kind: 'ldap', ...search }),
);

const fileOrSearch: Shape<Domain> = mapped(
  record({
    file: optional(fileName, 'A text file, or a CDB file (`name.cdb`).'),
    ldap: optional(ldapOfDomain, 'A search in LDAP.'),
  }),
  ({ file, ldap }, node, { findings, path }) => {
    if (file !== null && ldap === null) return { kind: 'database', file };
    if (file === null && ldap !== null) return ldap;
    const message = `\`${path}\` has either \`file\`, \`ldap\` or \`store\``;
    return findings.error(node.span, 'settings/type', message);
  },
);

const domainSetting: Shape<Domain> = either<Domain>(
  {
    scalar: mapped(choice(['crdb', 'ldap']), (word) =>
      word === 'crdb'
        ? { kind: 'database', file: null }
        : { kind: 'ldap', base: null, scope: null, filter: null, attribute: null },
    ),
    mapping: byKey<Domain>('store', storeDatabase, fileOrSearch),
  },
  '`crdb`, `ldap` or a mapping',
);

const ldap: Shape<LdapSetting> = record({
  servers: required(
    listOf(server, 'a list of servers'),
    'The servers, in the order in which they are tried.',
  ),
  base: optional(baseName, 'The DN where searches begin.'),
  tls: optional(
    choice(['off', 'starttls', 'on']),
    'Whether TLS is used; by default `starttls`, except on this host.',
  ),
  scope: defaulting(scope, usualSearch.scope, '`base`, `one` or `sub`.'),
  filter: defaulting(filter, usualSearch.filter, 'The filter of a search.'),
  attribute: defaulting(attribute, usualSearch.attribute, 'The attribute with the real address.'),
});

const noDomains: ReadonlyMap<string, Domain> = new Map();

const ofChannel: Shape<DirectorySetting<StoreDatabase>> = record({
  domains: defaulting(mapOf(pseudoDomain, domainSetting), noDomains, 'The pseudo domains.'),
  defaultMethod: optional(
    choice(['crdb', 'ldap']),
    'The method for all other domains; `crdb` where nothing is written.',
  ),
  inlineAmbiguous: defaulting(
    choice(['refuse', 'bounce']),
    'refuse',
    'Whether a name with several addresses is refused, or a sender inside gets a notice with them.',
  ),
  ldap: optional(ldap, 'The LDAP servers.'),
});

/** What is written about directory channels, by channel. */
export const directories: Shape<ReadonlyMap<string, DirectorySetting<StoreDatabase>>> = mapOf(
  channelKey,
  ofChannel,
);
