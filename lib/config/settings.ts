/*
 * The settings of an install: everything that pmdf.yaml can say, with its type, its default and what it means. The JSON
 * Schema and the tables of docs/settings.md are made from this list; bin/show/setting-rows.ts and the sample
 * config/pmdf.yaml have a line for each.
 */
import { accessTables } from '../access/index.js';
import { switchLookups } from '../channel/index.js';
import type { DirectorySetting } from '../directory/index.js';
import { type LogOptions, usualLogOptions } from '../log/index.js';
import type { LogicalLine, Span } from '../text/index.js';
import { type DatabaseSetting, database, type StoreDatabase, storeDatabase } from './settings/databases.js';
import { delivery } from './settings/delivery.js';
import { directories } from './settings/directories.js';
import { ldap, type OptionServers } from './settings/ldap.js';
import { listeners } from './settings/listeners.js';
import { log } from './settings/log.js';
import { metermaid, noCounterTables } from './settings/metermaid.js';
import { channelName, domainName, fileName, namesOf } from './settings/names.js';
import { notices } from './settings/notices.js';
import { prove } from './settings/prove.js';
import { noRoutines, routines } from './settings/routines.js';
import { type StoreSetting, store, storeName } from './settings/stores/store.js';
import { tlsVerify } from './settings/tls-verify.js';
import { watch } from './settings/watch.js';
import { mapOf } from './shapes/collections.js';
import { defaultsOf, optional, record, section, setting } from './shapes/record.js';
import { choice, constant, flag, seconds, text, wholeNumber } from './shapes/scalars.js';
import { either, type Shape, type ValueOf, withdrawn } from './shapes/shape.js';

const channelNames = namesOf(channelName, 'a list of channels');
const none: readonly never[] = Object.freeze([]);
const noDirectories: ReadonlyMap<string, DirectorySetting<StoreDatabase>> = new Map();

const relayingChannels: Shape<'switched' | readonly string[]> = either<'switched' | readonly string[]>(
  {
    nothing: { value: 'switched' },
    scalar: constant('switched', 'a list of channels or the word `switched`'),
    sequence: channelNames,
  },
  'a list of channels or the word `switched`',
);

const auth = record({
  withoutTls: setting(
    channelNames,
    none,
    'Channels on which clients may send passwords without TLS, readable by anyone on the way.',
    { see: 'auth.md#only-under-tls' },
  ),
  clientWithoutTls: setting(
    channelNames,
    none,
    'Channels on which this host sends its own password to servers without TLS.',
    { see: 'auth.md#towards-servers' },
  ),
  failures: setting(
    wholeNumber(0, 1_000),
    10,
    'Failed logins after which a client address is refused until some are forgotten; 0 refuses nobody.',
    { see: 'auth.md#guessing' },
  ),
  forgetSeconds: setting(seconds(1, 86_400), 60, 'Seconds after which one failed login is forgotten.'),
  failuresStore: setting<string | null>(
    text('the name of a store'),
    null,
    'The store, of the kind `redis`, in which several gateways count failed logins together.',
    { see: 'many-gateways.md#guessing' },
  ),
  passwords: setting<StoreDatabase | null>(
    either<StoreDatabase | null>(
      { nothing: { value: null }, mapping: storeDatabase },
      'a mapping with the name of a `store`',
    ),
    null,
    'The password database, if it is in a store: `{ store: NAME, ... }` as in `databases`.',
    { see: 'auth.md#passwords-in-a-store', defaultText: 'the file `passwords`' },
  ),
});

const counters = record({
  store: setting<string | null>(
    text('the name of a store'),
    null,
    'The store, of the kind `redis`, in which several gateways count together what `conn_throttle` and `check_metermaid` count.',
    { see: 'many-gateways.md#rates-and-greylists' },
  ),
});

const access = record({
  orcpt: setting(
    flag,
    false,
    'Whether `|` and the address given by ORCPT are appended to the probes of SEND_ACCESS and ORIG_SEND_ACCESS.',
  ),
  appInfo: setting(
    choice(['pmdf', 'messaging-server']),
    'pmdf',
    'The application field of a probe: `SMTP`, or `SMTP/helo-name` as in Messaging Server.',
  ),
  defaultText: setting(
    text('text'),
    'you are not allowed to use this address',
    'The text of a rejection when the entry that rejects has none.',
  ),
  holdFolder: setting(
    text('the name of a folder'),
    'held',
    'The folder for held messages, absolute or relative to the folder that contains the queue.',
  ),
});

const shadow = record({
  tables: setting(
    namesOf(choice(accessTables.map(({ table }) => table)), 'a list of access tables'),
    none,
    'Access tables whose decisions are only logged.',
    { see: 'shadow.md' },
  ),
  channels: setting(
    channelNames,
    none,
    'Source channels for whose mail all access decisions are only logged.',
  ),
});

/** Names are relative to the folder of pmdf.yaml, or absolute; `PMDF_TABLE:` and `/pmdf/table/` mean that folder. */
const files = record({
  cnf: setting(fileName, 'pmdf.cnf', 'Rewrite rules and channels.'),
  mappings: setting(fileName, 'mappings', 'Mapping tables.'),
  aliases: setting(fileName, 'aliases', 'The alias file.'),
  security: setting(fileName, 'security.cnf', 'Credentials of this host as an SMTP client.', {
    see: 'auth.md#securitycnf',
  }),
  options: setting(
    fileName,
    'option.dat',
    'The option file, of which the options about LDAP and about the log are read.',
    {
      see: 'ldap.md#optiondat',
    },
  ),
});

const generalDatabase: DatabaseSetting = Object.freeze({
  kind: 'file',
  file: 'general.txt',
  required: false,
});

const noStores: ReadonlyMap<string, StoreSetting> = new Map();

const databases = record({
  general: setting(
    database,
    generalDatabase,
    'The general database, which `$(...)` in rules and `${...}` in mapping tables look up.',
    { see: 'databases.md', defaultText: '`{ file: general.txt, required: false }`' },
  ),
  alias: setting(database, null, 'The alias database.'),
  forward: setting(database, null, 'The forward database.'),
  domain: setting(database, null, 'Further rewrite rules.'),
  reverse: setting(database, null, 'The reverse database.'),
});

const spfStatus = choice(['accept', 'defer', 'reject']);

const spf = record({
  fail: setting(spfStatus, 'reject', 'What becomes of mail for which SPF says Fail.'),
  softfail: setting(spfStatus, 'accept', 'The same for SoftFail.'),
  permerror: setting(spfStatus, 'reject', 'The same for PermError: the policy of the domain is in error.'),
  temperror: setting(spfStatus, 'defer', 'The same for TempError: DNS does not answer.'),
  maxRecursion: setting(wholeNumber(0, 100), 10, 'Policies within policies; more are a PermError.'),
  maxDnsQueries: setting(wholeNumber(1, 100), 10, 'Terms of policies that need DNS; more are a PermError.'),
  timeout: setting(seconds(0.1, 20), 10, 'Seconds for the whole check; more are a TempError.'),
});

const limits = record({
  steps: setting(
    wholeNumber(1_000, 1_000_000_000),
    1_000_000,
    'Steps of work for one decision; above that the client gets 451.',
  ),
  rewrites: setting(
    wholeNumber(1, 1_000),
    32,
    'Rewrites of one address; above that the client gets 550 5.4.6.',
  ),
  aliasDepth: setting(wholeNumber(1, 100), 10, 'How deep aliases may be nested.'),
  expansions: setting(wholeNumber(1, 1_000_000), 1_000, 'Addresses that one recipient may expand to.'),
  address: setting(
    wholeNumber(256, 100_000),
    1_000,
    'Octets of an address; a sender or recipient with a longer one is refused.',
  ),
  connections: setting(
    wholeNumber(0, 1_000_000),
    0,
    'Connections that one worker serves at a time; further ones get 421 4.3.2. 0 for any number.',
    { see: 'limits.md#connections' },
  ),
  connectionsPerClient: setting(
    wholeNumber(0, 1_000_000),
    0,
    'The same for one client: an IPv4 address or an IPv6 network of 64 bits; further ones get 421 4.7.0.',
    { see: 'limits.md#connections' },
  ),
  databaseMemory: setting(
    wholeNumber(0, 4_096),
    16,
    'Megabytes of each CDB file that a process keeps in memory: the whole file if it is smaller, else its hash tables (16 octets for each entry) if they are.',
    { see: 'databases.md#speed-and-memory' },
  ),
});

const reload = record({
  enabled: setting(flag, true, 'Whether changed files are read again.'),
  settle: setting(seconds(0, 60), 0.5, 'Seconds without a further change before changed files are read.'),
});

/** Every setting. */
export const settingKeys = {
  localDomains: setting(
    namesOf(domainName, 'a list of domain names'),
    none,
    'Local domains in addition to the hosts of channel `l`. List each subdomain as well.',
  ),
  listeners: section('The channel that a connection starts on, by the port it came in on.', listeners),
  switchLookup: setting(
    choice(switchLookups),
    'name-else-literal',
    'What a client is looked up by to switch its channel: its confirmed reverse name, or else its address literal; the literal and, if that does not switch, the name; or only one of them.',
    { see: 'switchchannel.md#how-the-channel-is-chosen' },
  ),
  reverseTimeout: setting(
    seconds(0.1, 20),
    5,
    'Seconds for both look-ups of the reverse name of a client together.',
    { see: 'switchchannel.md#limits-and-what-it-does-not-do' },
  ),
  relayingChannels: setting(
    relayingChannels,
    'switched',
    'Source channels whose clients Haraka lets relay: a list, or `switched` for those without `switchchannel` that a client was switched to.',
  ),
  sourceRoutes: setting(
    choice(['strip', 'follow']),
    'strip',
    'Whether a source route (`@a:user@b`) is removed before rewriting, or followed as in PMDF.',
  ),
  builtInSourceRoutes: setting(
    choice(['strict', 'pmdf', 'off']),
    'strict',
    "The built-in entries against routing hidden in addresses: PMDF's and stricter ones, PMDF's thirteen only, or none.",
    { see: 'access.md#routing-hidden-in-addresses' },
  ),
  bareLineEnds: setting(
    choice(['reject', 'repair']),
    'reject',
    'Whether a message with a bare CR, a bare LF or a NUL is rejected with 554 5.6.0, or repaired and accepted.',
  ),
  openRelay: setting(
    choice(['refused', 'allowed']),
    'refused',
    'Whether a policy that lets strangers relay is refused, at start and at reload, or allowed.',
    { see: '#reload' },
  ),
  prove: section('Mail from strangers that may go out.', prove),
  auth: section('AUTH, where the keywords of a channel offer it.', auth),
  access: section('What the access tables see and answer.', access),
  shadow: section('Shadow mode: access decisions that are only logged.', shadow),
  files: section("PMDF's files; names are relative to the folder of this file, or absolute.", files),
  databases: section('The databases; an empty value means that a database is not used.', databases),
  ldap: section('LDAP URLs: who answers them, and those that addresses are looked up by.', ldap),
  directories: setting(
    directories,
    noDirectories,
    'Directory channels, by name: their pseudo domains, as in the option file of the channel.',
    { see: 'directory.md', defaultText: 'none' },
  ),
  stores: setting(
    mapOf(storeName, store),
    noStores,
    'Servers that hold databases, by names of your choice.',
    { see: 'stores.md' },
  ),
  counters: section('Where the routines of mapping tables count.', counters),
  metermaid: setting(
    metermaid,
    noCounterTables,
    'The tables that the routines `throttle` and `greylisting` of `check_metermaid` count in, by name.',
    { see: 'routines.md#metermaid', defaultText: 'none' },
  ),
  routines: setting(
    routines,
    noRoutines,
    'Files of JavaScript with functions that mapping tables call, by the name of the image.',
    { see: 'routines.md#routines-of-your-own', defaultText: 'none' },
  ),
  lookups: optional(withdrawn, 'Has no effect.'),
  delivery: section('How mail leaves, by channel.', delivery),
  notices: section('What senders and the postmaster are told of mail that is not delivered.', notices),
  tlsVerify: section('How the certificates of servers are checked when mail leaves by TLS.', tlsVerify),
  spf: section('SPF, where the keywords of a channel demand it.', spf),
  limits: section('Limits; what exceeds one is deferred or refused.', limits),
  localHost: setting<string | null>(
    domainName,
    null,
    'The name of this host, which completes addresses without a domain.',
    { defaultText: 'the official host name of `l`' },
  ),
  reload: section('When changed files are read again.', reload),
  watch: section('The page and the metrics of pmdf/watch.', watch),
  log: section("PMDF's log, which pmdf/log writes.", log),
};

const settings = record(settingKeys);

/** All settings, complete and frozen. */
export interface Settings extends ValueOf<typeof settings> {
  /** The servers that option.dat names for LDAP URLs; null if a store answers them, or nothing does. */
  readonly ldapServers: OptionServers | null;
  /** What option.dat says about the log. */
  readonly logOptions: LogOptions;
}

export type BuiltInSourceRoutes = Settings['builtInSourceRoutes'];
export type AuthSettings = Settings['auth'];
export type NoticeSettings = Settings['notices'];
export type FileSettings = Settings['files'];
export type DatabaseSettings = Settings['databases'];

/** The settings without pmdf.yaml. */
export const defaultSettings: Settings = Object.freeze({
  ...defaultsOf(settings),
  ldapServers: null,
  logOptions: usualLogOptions,
});

/** The settings of one file, with the policy that is written in it and the place of what was set. */
export interface SettingsFile extends Settings {
  /** As the rules of pmdf.cnf; every character points into the YAML. */
  readonly rules: readonly LogicalLine[];
  /** As the channel blocks of pmdf.cnf, without the blank lines between them. */
  readonly channelBlocks: readonly (readonly LogicalLine[])[];
  /** As a mapping file. */
  readonly mappingLines: readonly LogicalLine[];
  /** As an alias file. */
  readonly aliasLines: readonly LogicalLine[];
  /**
   * By the path of a setting: `reverse_timeout`, `limits.steps`, `listeners.25`; for a member of a list
   * `relaying_channels.tcp_local`, for a channel `delivery.tcp_local` and `tls_verify.channels.tcp_local`.
   */
  readonly places: ReadonlyMap<string, Span>;
}
