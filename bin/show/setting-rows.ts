/*
 * All settings as rows: the name as in pmdf.yaml, the value, and where it is set.
 */
import { printHostPort } from '../../lib/address/index.js';
import {
  type DatabaseSetting,
  defaultSettings,
  type NextHop,
  printServer,
  type Settings,
  type SettingsFile,
  type StoreDatabase,
} from '../../lib/config/index.js';
import type { DirectoryServer, DirectorySetting, DomainSetting } from '../../lib/directory/index.js';
import type { Span } from '../../lib/text/index.js';
import type { TlsVerification } from '../../lib/tls/index.js';

/** A value in JSON. */
export type SettingValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | { readonly [key: string]: SettingValue };

/** One setting; `span` is null when it is not set. */
export interface SettingRow {
  /** Its path: `limits.steps`, `delivery.tcp_local`. */
  readonly name: string;
  readonly value: SettingValue;
  readonly span: Span | null;
  /** Whether the value is the default. */
  readonly isDefault: boolean;
}

type Pair = readonly [string, SettingValue];

/** A next hop as in pmdf.yaml. */
export function printNextHop({ protocol, host, port }: NextHop): string {
  return `${protocol}://${printHostPort(host, port)}`;
}

function written(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function under(section: string, fields: { readonly [key: string]: SettingValue }): Pair[] {
  return Object.entries(fields).map(([name, value]) => [`${section}.${written(name)}`, value]);
}

function verification({ verify, name, ca }: TlsVerification): SettingValue {
  if (name === null && ca === null) return verify;
  return { verify, ...(name === null ? {} : { name }), ...(ca === null ? {} : { ca }) };
}

function deliveryPairs({ delivery }: Settings): Pair[] {
  const channels = [...delivery.channels].map(([channel, { method, nextHop }]): Pair => {
    const value =
      nextHop === null ? method : { ...(method === null ? {} : { method }), next_hop: printNextHop(nextHop) };
    return [`delivery.${channel}`, value];
  });
  return [
    ['delivery.keep_connections', delivery.keepConnections],
    ['delivery.own_addresses', delivery.ownAddresses],
    ['delivery.through_plugin', delivery.throughPlugin],
    ...channels,
  ];
}

function tlsPairs({ tlsVerify }: Settings): Pair[] {
  return [
    ['tls_verify.default', tlsVerify.default],
    ['tls_verify.ca', tlsVerify.ca],
    ...[...tlsVerify.channels].map(([name, one]): Pair => [`tls_verify.channels.${name}`, verification(one)]),
    ...[...tlsVerify.domains].map(([name, one]): Pair => [`tls_verify.domains.${name}`, verification(one)]),
  ];
}

/** Settings by their written names, without those that are not set. */
function fieldsOf(fields: object): { readonly [key: string]: SettingValue } {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [written(name), value]),
  );
}

function storedValue({ store, question }: StoreDatabase): SettingValue {
  const { query, additionalConditions, searchBase, queryFilter, key, hash, ...rest } = question;
  const templates = { query, additionalConditions, searchBase, queryFilter, key, hash };
  const texts = Object.entries(templates).map(([name, template]) => [name, template?.text ?? null]);
  return { store, ...fieldsOf({ ...rest, ...Object.fromEntries(texts) }) };
}

function databaseValue(setting: DatabaseSetting): SettingValue {
  return setting.kind === 'file' ? { file: setting.file, required: setting.required } : storedValue(setting);
}

function authPairs({ auth }: Settings): Pair[] {
  const { passwords, ...others } = auth;
  return under('auth', { ...others, passwords: passwords === null ? null : storedValue(passwords) });
}

function databasePairs({ databases }: Settings): Pair[] {
  return Object.entries(databases).map(([name, setting]) => [
    `databases.${name}`,
    setting === null ? null : databaseValue(setting),
  ]);
}

function ldapPairs({ ldap }: Settings): Pair[] {
  const { aliasUrls, reverseUrl, domainUrl, ...rest } = ldap;
  return [
    ...under('ldap', {
      store: rest.store,
      aliasUrls: aliasUrls.map(({ text }) => text),
      reverseUrl: reverseUrl?.text ?? null,
      domainUrl: domainUrl?.text ?? null,
      maxUrls: rest.maxUrls,
      domainUplevel: rest.domainUplevel,
    }),
  ];
}

/** A domain of a directory channel as in pmdf.yaml. */
function domainValue(domain: DomainSetting<StoreDatabase>): SettingValue {
  if (domain.kind === 'database') return domain.file === null ? 'crdb' : { file: domain.file };
  if (domain.kind === 'store') return storedValue(domain);
  const { kind: _kind, filter, ...search } = domain;
  const own = Object.entries({ ...search, filter: filter?.text ?? null }).filter(
    ([, value]) => value !== null,
  );
  return own.length === 0 ? 'ldap' : { ldap: Object.fromEntries(own) };
}

function directoryServer({ host, port }: DirectoryServer): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function directoryValue({
  domains,
  defaultMethod,
  inlineAmbiguous,
  ldap,
}: DirectorySetting<StoreDatabase>): SettingValue {
  return {
    domains: Object.fromEntries([...domains].map(([name, domain]) => [name, domainValue(domain)])),
    ...(defaultMethod === null ? {} : { default_method: defaultMethod }),
    inline_ambiguous: inlineAmbiguous,
    ...(ldap === null
      ? {}
      : {
          ldap: { ...ldap, filter: ldap.filter.text, servers: ldap.servers.map(directoryServer) },
        }),
  };
}

function directoryPairs({ directories }: Settings): Pair[] {
  return [...directories].map(([channel, one]) => [`directories.${channel}`, directoryValue(one)]);
}

function storePairs({ stores }: Settings): Pair[] {
  return [...stores].map(([name, setting]) => {
    const hosts = 'hosts' in setting ? { hosts: setting.hosts.map(printServer) } : {};
    return [`stores.${name}`, fieldsOf({ ...setting, ...hosts, cache: { ...setting.cache } })];
  });
}

function counterPairs({ metermaid }: Settings): Pair[] {
  return [...metermaid].map(([name, table]) => [`metermaid.${name}`, fieldsOf({ ...table })]);
}

function routinePairs({ routines }: Settings): Pair[] {
  return [...routines].map(([name, file]) => [`routines.${name}`, file]);
}

function pairsOf(settings: Settings): Pair[] {
  const { listeners } = settings;
  return [
    ['local_domains', settings.localDomains],
    ['local_host', settings.localHost],
    ['listeners.default', listeners.default],
    ...[...listeners.ports].map(([port, channel]): Pair => [`listeners.${port}`, channel]),
    ['switch_lookup', settings.switchLookup],
    ['reverse_timeout', settings.reverseTimeout],
    ['relaying_channels', settings.relayingChannels],
    ['source_routes', settings.sourceRoutes],
    ['built_in_source_routes', settings.builtInSourceRoutes],
    ['bare_line_ends', settings.bareLineEnds],
    ['open_relay', settings.openRelay],
    [
      'prove.allowed',
      settings.prove.allowed.map(({ channel, from, to, reason }) => `${channel} ${from} ${to}: ${reason}`),
    ],
    ...authPairs(settings),
    ...under('access', { ...settings.access }),
    ...under('shadow', { ...settings.shadow }),
    ...under('files', { ...settings.files }),
    ...databasePairs(settings),
    ...ldapPairs(settings),
    ...directoryPairs(settings),
    ...storePairs(settings),
    ...under('counters', { ...settings.counters }),
    ...counterPairs(settings),
    ...routinePairs(settings),
    ...deliveryPairs(settings),
    ...under('notices', { ...settings.notices }),
    ...tlsPairs(settings),
    ...under('spf', { ...settings.spf }),
    ...under('limits', { ...settings.limits }),
    ...under('reload', { ...settings.reload }),
    ['watch.listen', printHostPort(settings.watch.listen.address, settings.watch.listen.port)],
    ['watch.decisions', settings.watch.decisions],
    ...under('log', { ...settings.log }),
  ];
}

/** All settings, in the order of the sample. `tls_verify: name` is also the place of `tls_verify.default`. */
export function settingRows(settings: SettingsFile): readonly SettingRow[] {
  const defaults = new Map(pairsOf(defaultSettings).map(([name, value]) => [name, JSON.stringify(value)]));
  const wordForTls = settings.tlsVerify.default !== defaultSettings.tlsVerify.default;
  return pairsOf(settings).map(([name, value]) => {
    const section =
      name === 'tls_verify.default' && wordForTls ? settings.places.get('tls_verify') : undefined;
    const isDefault = defaults.get(name) === JSON.stringify(value);
    return { name, value, span: settings.places.get(name) ?? section ?? null, isDefault };
  });
}
