/*
 * LDAP: the values of attributes of the entries that a search finds. The package `ldapts`. A search is made of texts of the
 * configuration, parsed before the key is put in, so that no key can change it. A referral, and a limit of the server that
 * cuts the answer, are failures: what is left out could be what was asked for.
 * Ref: RFC 4511; RFC 4513; Postfix ldap_table(5)
 */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  type KeyPart,
  keyParts,
  type LdapQuery,
  type LdapStore,
  partOfKey,
} from '../../../lib/config/index.js';
import type { DirectoryEntry } from '../../../lib/engine/index.js';
import {
  type FilledSearch,
  fillSearch,
  type LdapTemplate,
  type ParsedTemplate,
  type PlainFilter,
  parseDn,
  parseFilter,
  withParentheses,
} from '../../../lib/ldap/index.js';
import { describeTrouble } from '../describe-trouble.js';
import { printEntries, readSearch } from '../ldap-search.js';
import { loadPackage } from '../load-package.js';
import {
  type LdapSearchQuery,
  QuestionRefused,
  type Secrets,
  type StoreClient,
  type StoreConnection,
  type StoreServer,
} from '../store-connection.js';
import { tlsOptions } from '../tls-options.js';
import { withoutPassword } from '../without-password.js';

const load = () => loadPackage('ldapts@8', () => import('ldapts'));
type Ldapts = Awaited<ReturnType<typeof load>>;
type Client = InstanceType<Ldapts['Client']>;
type LdaptsFilter = InstanceType<Ldapts['Filter']>;

/** Entries that one key of a database may have. */
const mostEntries = 1_000;

const noSuchObject = 32;

/** Result codes that are about the server or the login rather than the question. Ref: RFC 4511 4.1.9 */
const serverCodes: ReadonlySet<number> = new Set([1, 2, 7, 8, 13, 48, 49, 51, 52, 53, 80]);

/** The error with the name of its result code in words, such as `invalid credentials (code 49)`. */
function inWords(ldapts: Ldapts, error: unknown): unknown {
  if (!(error instanceof ldapts.ResultCodeError)) return error;
  const name = error.name
    .replace(/Error$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  const said = error.message.replace(/ *Code: 0x[0-9a-f]+$/, '').trim();
  return new Error(`${name} (code ${error.code})${said === '' ? '' : `: ${said}`}`);
}

export function valueOrRefused<T>(parsed: ParsedTemplate<T>): T {
  if ('value' in parsed) return parsed.value;
  throw new QuestionRefused(parsed.error.message);
}

const templates = new WeakMap<LdapQuery, LdapTemplate<KeyPart>>();

/** The search of a database, parsed once; its filter may lack the outer parentheses, as in Postfix. */
function templateOf(query: LdapQuery): LdapTemplate<KeyPart> {
  const known = templates.get(query);
  if (known !== undefined) return known;
  const { searchBase, scope, queryFilter, resultAttribute } = query;
  const template = {
    dn: valueOrRefused(parseDn(keyParts(searchBase))),
    attributes: resultAttribute.toLowerCase().split(/[\s,]+/),
    scope,
    filter: valueOrRefused(parseFilter(withParentheses(keyParts(queryFilter)))),
  };
  templates.set(query, template);
  return template;
}

function toComparison(ldapts: Ldapts, filter: Extract<PlainFilter, { kind: 'compare' }>): LdaptsFilter {
  const { attribute, by } = filter;
  const value = filter.text.join('');
  switch (by) {
    case '=':
      return new ldapts.EqualityFilter({ attribute, value });
    case '~=':
      return new ldapts.ApproximateFilter({ attribute, value });
    case '>=':
      return new ldapts.GreaterThanEqualsFilter({ attribute, value });
    case '<=':
      return new ldapts.LessThanEqualsFilter({ attribute, value });
  }
}

export function toFilter(ldapts: Ldapts, filter: PlainFilter): LdaptsFilter {
  const { kind } = filter;
  switch (kind) {
    case 'and':
      return new ldapts.AndFilter({ filters: filter.filters.map((one) => toFilter(ldapts, one)) });
    case 'or':
      return new ldapts.OrFilter({ filters: filter.filters.map((one) => toFilter(ldapts, one)) });
    case 'not':
      return new ldapts.NotFilter({ filter: toFilter(ldapts, filter.filter) });
    case 'present':
      return new ldapts.PresenceFilter({ attribute: filter.attribute });
    case 'compare':
      return toComparison(ldapts, filter);
    case 'substrings': {
      const texts = filter.texts.map((text) => text.join(''));
      const initial = texts[0] ?? '';
      const final = texts.at(-1) ?? '';
      return new ldapts.SubstringFilter({
        attribute: filter.attribute,
        initial,
        any: texts.slice(1, -1),
        final,
      });
    }
    case 'extensible':
      return new ldapts.ExtensibleFilter({
        matchType: filter.attribute,
        dnAttributes: filter.withDn,
        ...(filter.rule === null ? {} : { rule: filter.rule }),
        value: filter.text.join(''),
      });
  }
}

/** What to reject with for an error of a search. */
export function troubleOf(ldapts: Ldapts, error: unknown): unknown {
  if (!(error instanceof ldapts.ResultCodeError)) return error;
  const named = inWords(ldapts, error);
  return serverCodes.has(error.code) ? named : new QuestionRefused(describeTrouble(named));
}

/** The entries that a search finds, one more than `most` at most. */
async function search(
  client: Client,
  ldapts: Ldapts,
  wanted: FilledSearch,
): Promise<readonly DirectoryEntry[]> {
  // The client would connect again by itself, without TLS and without logging in.
  if (!client.isConnected) throw new Error('the connection is closed');
  const pages = client.searchPaginated(wanted.base, {
    scope: wanted.scope,
    filter: toFilter(ldapts, wanted.filter),
    attributes: [...wanted.attributes],
    // Asked as a page, a limit of the server itself is an error and does not look like a complete answer.
    paged: { pageSize: wanted.most + 1 },
  });
  try {
    const page = await pages.next();
    if (page.done === true) return [];
    if (page.value.searchReferences.length > 0) {
      throw new QuestionRefused('the server refers to another server');
    }
    return page.value.searchEntries.map(entryOf);
  } catch (error) {
    const isMissing = error instanceof ldapts.ResultCodeError && error.code === noSuchObject;
    if (isMissing && (wanted.scope === 'base' || wanted.baseMayLack === true)) return [];
    throw troubleOf(ldapts, error);
  } finally {
    // Of a page that was read, nothing is left to wait for.
    void pages.return(undefined);
  }
}

export function entryOf(found: { readonly dn: string; readonly [name: string]: unknown }): DirectoryEntry {
  const entry = new Map<string, readonly string[]>();
  for (const name of Object.keys(found)) {
    if (name === 'dn') continue;
    const values = found[name];
    const list: readonly unknown[] = Array.isArray(values) ? values : [values];
    const texts: string[] = [];
    for (const one of list) {
      if (typeof one !== 'string')
        throw new QuestionRefused(`the attribute ${name} of ${found.dn} is not text`);
      texts.push(one);
    }
    entry.set(name.toLowerCase(), texts);
  }
  return entry;
}

async function valuesOf(
  client: Client,
  ldapts: Ldapts,
  query: LdapQuery | LdapSearchQuery,
  key: string,
): Promise<readonly string[]> {
  if (query.kind === 'ldap search') {
    const wanted = readSearch(key);
    const filter = valueOrRefused(parseFilter<never>([wanted.filter]));
    const entries = await search(client, ldapts, { ...wanted, filter });
    return printEntries(entries, wanted.most);
  }
  const template = templateOf(query);
  const wanted = fillSearch(template, (part) => partOfKey(key, part), mostEntries);
  if (wanted === null) return [];
  const entries = await search(client, ldapts, wanted);
  if (entries.length > mostEntries) throw new QuestionRefused(`more than ${mostEntries} entries`);
  const values: string[] = [];
  for (const entry of entries) {
    for (const name of template.attributes) for (const value of entry.get(name) ?? []) values.push(value);
  }
  return values;
}

const versionAttributes = ['vendorName', 'vendorVersion', 'supportedLDAPVersion', 'objectClass'];

/** What the root of the directory says about the server; null if it may not be read. Ref: RFC 4512 5.1; RFC 3045 */
async function versionOf(client: Client, ldapts: Ldapts): Promise<string | null> {
  const root = {
    base: '',
    scope: 'base',
    filter: { kind: 'present', attribute: 'objectClass' },
    attributes: versionAttributes,
    most: 1,
  } as const;
  try {
    const [entry] = await search(client, ldapts, root);
    if (entry === undefined) return null;
    const named = ['vendorname', 'vendorversion'].flatMap((name) => entry.get(name)?.[0] ?? []).join(' ');
    if (named !== '') return named;
    const isOpenLdap = entry.get('objectclass')?.includes('OpenLDAProotDSE') === true;
    if (isOpenLdap) return 'OpenLDAP';
    const versions = entry.get('supportedldapversion') ?? [];
    return versions.length === 0 ? null : `LDAP ${versions.join(', ')}`;
  } catch (error) {
    if (error instanceof QuestionRefused) return null;
    throw error;
  }
}

/** What `Client` connects with; `socket` is the one in use. */
function transportTo(server: StoreServer, tls: ReturnType<typeof tlsOptions>) {
  const transport: { socket: Socket | null } = { socket: null };
  const isTls = server.kind === 'host' && server.tls === 'on';
  const asTransport = <S extends Socket>(socket: S): S => {
    // Without this, the second of several searches would wait until the server has confirmed the first.
    socket.setNoDelay(true);
    transport.socket = socket;
    return socket;
  };
  const createConnection = (): Socket => {
    const socket =
      server.kind === 'path' ? connectPlain(server.path) : connectPlain(server.port, server.host);
    return asTransport(socket);
  };
  const createSecureConnection = () => {
    if (server.kind === 'path') throw new Error('a UNIX socket has no TLS');
    return asTransport(connectTls({ ...tls, host: server.host, port: server.port }));
  };
  return {
    transport,
    options: isTls
      ? { url: 'ldaps://server', createSecureConnection }
      : { url: 'ldap://server', createConnection },
  };
}

/** A connection to a directory, logged in. */
export interface LdapConnection {
  readonly client: Client;
  readonly ldapts: Ldapts;
  close(): void;
  keepAlive(wanted: boolean): void;
}

/**
 * Connects and binds. Rejects with the reason; gives up when `ends` is aborted. `limitMs` is the time that each search has,
 * 0 where the caller sees to that.
 */
export async function connectLdap(
  server: StoreServer,
  settings: LdapStore & Secrets,
  ends: AbortSignal,
  limitMs: number,
): Promise<LdapConnection> {
  const ldapts = await load();
  ends.throwIfAborted();
  const tls = tlsOptions(server, settings);
  const { transport, options } = transportTo(server, tls);
  const client = new ldapts.Client({ ...options, timeout: limitMs });
  const abort = (): void => void transport.socket?.destroy(new Error('the time for connecting is over'));
  ends.addEventListener('abort', abort, { once: true });
  try {
    if (server.kind === 'host' && server.tls === 'starttls') {
      await client.startTLS({ ...tls, host: server.host });
    }
    await client.bind(settings.bindDn ?? '', settings.password ?? '');
  } catch (error) {
    transport.socket?.destroy();
    throw withoutPassword(inWords(ldapts, error), settings.password);
  } finally {
    ends.removeEventListener('abort', abort);
  }
  return {
    client,
    ldapts,
    close: () => {
      client.unbind().catch(() => undefined);
      transport.socket?.destroy();
    },
    keepAlive: (wanted) => void (wanted ? transport.socket?.ref() : transport.socket?.unref()),
  };
}

export const ldapClient: StoreClient<LdapStore, LdapQuery | LdapSearchQuery> = {
  load,
  async connect(server, settings, ends) {
    const { client, ldapts, close, keepAlive } = await connectLdap(server, settings, ends, 0);
    const connection: StoreConnection<LdapQuery | LdapSearchQuery> = {
      values: (query, key) => valuesOf(client, ldapts, query, key),
      version: () => versionOf(client, ldapts),
      close,
      keepAlive,
    };
    return connection;
  },
};
