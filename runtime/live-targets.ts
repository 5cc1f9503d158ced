/*
 * Whom `pmdf check --live` connects to, and what it asks them: each store what the databases in it ask, and the servers that
 * searches go to what LDAP URLs and directory channels ask, with a key that nobody has; where failed logins or routines count, whether
 * they can.
 */
import {
  databasesInStores,
  type SettingsFile,
  type StoreServer,
  type StoreSetting,
  storeQuery,
} from '../lib/config/index.js';
import { type Directory, type DirectorySearch, fillDirectoryFilter } from '../lib/directory/index.js';
import type { LdapSearch } from '../lib/engine/index.js';
import { fillTemplate, type LdapTemplate, printUrl } from '../lib/ldap/index.js';
import { tablesOf } from '../lib/mapping/index.js';
import { itemsOfRules } from '../lib/rewrite/index.js';
import type { Diagnostic, Span } from '../lib/text/index.js';
import { trialCount } from './counters/index.js';
import type { Configuration } from './load-configuration.js';
import { serversOfSearches } from './search-servers.js';
import {
  type Counted,
  counters,
  countsFinding,
  failedLogins,
  placeOfStore,
  questionFinding,
  searchFinding,
  serverFinding,
  spanOfSetting,
} from './store-findings.js';
import {
  type Connection,
  countOfEntries,
  questionOf,
  type ScriptCall,
  type Secrets,
  type ServerTrouble,
  trialFailure,
  tryScript,
} from './stores/index.js';

const trialUser = 'pmdf-check';
const trialDomain = 'a.b.c.d.e.f.g.h.invalid';
/** A key that has every part that a query may put in, and that nobody has. */
export const trialKey = `${trialUser}@${trialDomain}`;

/** A server that is connected to. */
export interface LiveConnection {
  readonly connection: Connection;
  readonly server: StoreServer;
  readonly secrets: Secrets;
  readonly ends: AbortSignal;
}

/** One question to each server of a target. */
export interface LiveQuestion {
  /** `counts` is whether something can be counted. */
  readonly kind: 'database' | 'search' | 'counts';
  /** The database, what is searched for, or what is counted. */
  readonly name: string;
  /** How many values or entries there are. Rejects as the connection does. */
  readonly ask: (live: LiveConnection) => Promise<number>;
  readonly refused: (trouble: ServerTrouble) => Diagnostic;
}

/** Servers that are connected to. */
export interface LiveTarget {
  /** The name of the store; null for servers that are not a store. */
  readonly store: string | null;
  /** The directory channel that they are the servers of. */
  readonly channel: string | null;
  readonly setting: StoreSetting;
  readonly questions: readonly LiveQuestion[];
  readonly unusable: (trouble: ServerTrouble, isOtherUsable: boolean) => Diagnostic;
}

function databaseQuestions(settings: SettingsFile, store: string, { kind }: StoreSetting): LiveQuestion[] {
  return databasesInStores(settings).flatMap((database): readonly LiveQuestion[] => {
    const { name, setting } = database;
    if (setting.store !== store) return [];
    const query = storeQuery(kind, setting.question);
    if (query === null) return [];
    const refused = (trouble: ServerTrouble) => questionFinding(settings, database, trouble);
    const ask = async ({ connection }: LiveConnection) => (await connection.values(query, trialKey)).length;
    return [{ kind: 'database', name, ask, refused }];
  });
}

/** The questions whether failed logins, and what routines count, can be counted in a store, if they are counted there. */
function countsQuestions(settings: SettingsFile, store: string, setting: StoreSetting): LiveQuestion[] {
  if (setting.kind !== 'redis') return [];
  const question = (what: Counted, call: ScriptCall): LiveQuestion => ({
    kind: 'counts',
    name: what.name,
    ask: async ({ server, secrets, ends }) => {
      await tryScript(server, { ...setting, ...secrets }, { ends, call });
      return 1;
    },
    refused: (trouble) => countsFinding(settings, what, store, trouble),
  });
  return [
    ...(settings.auth.failuresStore === store ? [question(failedLogins, trialFailure)] : []),
    ...(settings.counters.store === store ? [question(counters, trialCount)] : []),
  ];
}

/** One entry is enough to see that something is found. */
const mostEntries = 1;

function searchQuestion(name: string, search: LdapSearch, span: Span): LiveQuestion {
  const refused = (trouble: ServerTrouble) => searchFinding(span, name, trouble);
  const { query, key } = questionOf(search);
  const ask = async ({ connection }: LiveConnection) => countOfEntries(await connection.values(query, key));
  return { kind: 'search', name, ask, refused };
}

/** The questions of the LDAP URLs of a configuration, each once, whatever they are asked for. */
function urlQuestions({ compiled, sources: { settings } }: Configuration): LiveQuestion[] {
  const found = new Map<string, LiveQuestion>();
  const add = <V>(search: LdapTemplate<V>, span: Span): void => {
    const filled = fillTemplate(search, () => trialUser, mostEntries);
    if (filled === null) return;
    const name = printUrl(filled);
    if (!found.has(name)) found.set(name, searchQuestion(name, filled, span));
  };
  const { aliasUrls, reverseUrl, domainUrl } = settings.ldap;
  for (const { search } of aliasUrls) add(search, spanOfSetting(settings, 'ldap.alias_urls'));
  if (reverseUrl !== null) add(reverseUrl.search, spanOfSetting(settings, 'ldap.reverse_url'));
  if (domainUrl !== null) add(domainUrl.search, spanOfSetting(settings, 'ldap.domain_url'));
  for (const item of itemsOfRules(compiled.rules)) if (item.kind === 'ldap') add(item.search, item.span);
  for (const { entries } of tablesOf(compiled.mappings)) {
    for (const item of entries.flatMap(({ template }) => template)) {
      if (item.kind === 'ldap') add(item.search, item.span);
    }
  }
  return [...found.values()];
}

function mailboxQuestion(
  domain: string,
  { base, scope, filter, attribute }: DirectorySearch,
  span: Span,
): LiveQuestion[] {
  const filled = fillDirectoryFilter(filter, `${trialUser}@${domain}`, trialUser);
  if (filled === null) return [];
  const search = { base, scope, filter: filled, attributes: [attribute], most: mostEntries };
  return [searchQuestion(printUrl(search), search, span)];
}

/** The questions of a directory channel: one for each domain with a search, and one for all others. */
function directoryQuestions({ domains, others, places, span }: Directory): LiveQuestion[] {
  const sources = [...domains, ...(others === null ? [] : [[trialDomain, others] as const])];
  return sources.flatMap(([domain, source]) =>
    source.kind === 'ldap' ? mailboxQuestion(domain, source.search, places.get(domain) ?? span) : [],
  );
}

/** All that is connected to: every store, used or not, and the servers of LDAP_HOST and of directory channels. */
export function liveTargets(configuration: Configuration): LiveTarget[] {
  const { policy, sources } = configuration;
  const { settings } = sources;
  const searches = serversOfSearches(policy, settings);
  const asksUrls = (store: string): boolean =>
    searches.some((one) => one.channel === null && one.store === store);
  const stores = [...settings.stores].map(([store, setting]): LiveTarget => {
    const urls = asksUrls(store) ? urlQuestions(configuration) : [];
    return {
      store,
      channel: null,
      setting,
      questions: [
        ...databaseQuestions(settings, store, setting),
        ...countsQuestions(settings, store, setting),
        ...urls,
      ],
      unusable: (trouble, isOtherUsable) =>
        serverFinding(placeOfStore(settings, store), `the store \`${store}\``, trouble, isOtherUsable),
    };
  });
  const others = searches.flatMap(({ channel, store, setting }): readonly LiveTarget[] => {
    if (store !== null) return [];
    const directory = channel === null ? undefined : policy.directories.get(channel);
    const place = directory?.span ?? spanOfSetting(settings, 'ldap.host');
    const questions = directory === undefined ? urlQuestions(configuration) : directoryQuestions(directory);
    if (channel !== null && questions.length === 0) return [];
    const whose = channel === null ? 'LDAP_HOST' : `the channel \`${channel}\``;
    return [
      {
        store,
        channel,
        setting,
        questions,
        unusable: (trouble, isOtherUsable) =>
          serverFinding(place, `the server of ${whose}`, trouble, isOtherUsable),
      },
    ];
  });
  return [...stores, ...others];
}
