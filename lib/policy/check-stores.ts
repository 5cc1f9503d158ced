/*
 * Checks the databases on servers without connecting to any: whether the store that a database names exists, whether the
 * database asks it as stores of its kind are asked, and whether something uses each store.
 */
import {
  type DatabaseInStore,
  databasesInStores,
  type KeyTemplate,
  keyParts,
  type LdapQuery,
  questionOf,
  type SettingsFile,
  type SqlFault,
  type StoreQuery,
  sqlFault,
  storeQuery,
  writtenSettings,
} from '../config/index.js';
import { parseDn, parseFilter, withParentheses } from '../ldap/index.js';
import { type Diagnostic, errorAt, nearest, type Span, warningAt } from '../text/index.js';

function list(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** The place of a part of a text; that of the whole if it is written in YAML with escapes or on several lines. */
function spanInText(whole: Span, text: string, { offset, length }: SqlFault): Span {
  const written = whole.source.text.slice(whole.offset, whole.offset + whole.length);
  const at = written.indexOf(text);
  return at === -1 ? whole : { source: whole.source, offset: whole.offset + at + offset, length };
}

function unknownStore(span: Span, store: string, { stores }: SettingsFile): Diagnostic {
  const meant = nearest(store, stores.keys());
  const hint =
    meant === undefined
      ? `describe it in pmdf.yaml: \`stores: { ${store}: { kind: ... } }\``
      : `did you mean \`${meant}\`?`;
  return errorAt(span, 'policy/unknown-store', `there is no store \`${store}\``, { hint });
}

/** The settings with a place for the key. */
const keyed: ReadonlySet<string> = new Set(['key', 'query', 'query_filter']);

/** Whether the key is in what the store is asked. */
function dependsOnKey(query: StoreQuery): boolean {
  const has = ({ parts }: KeyTemplate): boolean => parts.some((part) => typeof part !== 'string');
  switch (query.kind) {
    case 'redis':
      return has(query.key) || (query.hash !== null && has(query.hash));
    case 'sql':
      return query.parameters.some(has);
    case 'ldap':
      return has(query.searchBase) || has(query.queryFilter);
    case 'socketmap':
      return true;
  }
}

function checkQuestion({ path, setting }: DatabaseInStore, settings: SettingsFile): Diagnostic[] {
  const { places, stores } = settings;
  const atStore = places.get(`${path}.store`);
  if (atStore === undefined) return [];
  const store = stores.get(setting.store);
  if (store === undefined) {
    // A store that is there but wrong has been reported.
    const isWritten = places.has(`stores.${setting.store}`);
    return isWritten ? [] : [unknownStore(atStore, setting.store, settings)];
  }
  const { kind } = store;
  const { names, needed } = questionOf(kind);
  const written = writtenSettings(setting.question);
  const foreign = written.filter((name) => !names.includes(name));
  const diagnostics = foreign.map((name) => {
    const message = `the store \`${setting.store}\` is of the kind \`${kind}\`, which has no \`${name}\``;
    const hint = `a database in it has ${list(names)}`;
    return errorAt(places.get(`${path}.${name}`) ?? atStore, 'policy/store-question', message, { hint });
  });
  const other = ['table', 'select_field', 'where_field', 'additional_conditions'].find((name) =>
    written.includes(name),
  );
  if (foreign.length === 0 && written.includes('query') && other !== undefined) {
    const message = `\`${path}\` has both \`query\` and \`${other}\``;
    const span = places.get(`${path}.${other}`) ?? atStore;
    return [errorAt(span, 'policy/store-question', message, { hint: 'remove one of them' })];
  }
  const query = storeQuery(kind, setting.question);
  const fixed = written.find((name) => keyed.has(name));
  if (query !== null && fixed !== undefined && foreign.length === 0 && !dependsOnKey(query)) {
    const message = `\`${path}\` asks the same for every key, and so has the same value for all`;
    const span = places.get(`${path}.${fixed}`) ?? atStore;
    return [errorAt(span, 'policy/store-question', message, { hint: 'write `%s` where the key belongs' })];
  }
  if (query?.kind === 'ldap') return [...diagnostics, ...checkLdapQuery(path, query, places, atStore)];
  if (query !== null) return diagnostics;
  const wrong = sqlFault(kind, setting.question);
  if (wrong !== null) {
    const span = spanInText(places.get(`${path}.${wrong.setting}`) ?? atStore, wrong.text, wrong.fault);
    const message = `\`${path}.${wrong.setting}\` ${wrong.fault.message}`;
    return [...diagnostics, errorAt(span, 'settings/sql', message, { hint: wrong.fault.hint })];
  }
  const message = `\`${path}\` does not say how to ask the store \`${setting.store}\` of the kind \`${kind}\``;
  return [...diagnostics, errorAt(atStore, 'policy/store-question', message, { hint: `write ${needed}` })];
}

/** What is counted in a store. */
interface Counting {
  readonly what: string;
  readonly path: string;
  readonly store: string | null;
  readonly code: 'policy/failures-store' | 'policy/counters-store';
}

function countings({ auth, counters }: SettingsFile): readonly Counting[] {
  return [
    {
      what: 'failed logins',
      path: 'auth.failures_store',
      store: auth.failuresStore,
      code: 'policy/failures-store',
    },
    {
      what: 'rates and greylists',
      path: 'counters.store',
      store: counters.store,
      code: 'policy/counters-store',
    },
  ];
}

/** Only Redis can count. */
function checkCounting({ what, path, store: name, code }: Counting, settings: SettingsFile): Diagnostic[] {
  const span = settings.places.get(path);
  if (name === null || span === undefined) return [];
  const store = settings.stores.get(name);
  if (store === undefined)
    return settings.places.has(`stores.${name}`) ? [] : [unknownStore(span, name, settings)];
  if (store.kind === 'redis') return [];
  const message = `${what} cannot be counted in the store \`${name}\` of the kind \`${store.kind}\``;
  return [errorAt(span, code, message, { hint: 'name a store of the kind `redis`' })];
}

/** Checks that the search base and the filter of a database can be read before a key is put in. */
function checkLdapQuery(
  path: string,
  { searchBase, queryFilter }: LdapQuery,
  places: SettingsFile['places'],
  atStore: Span,
): Diagnostic[] {
  const parsed = [
    ['search_base', parseDn(keyParts(searchBase))],
    ['query_filter', parseFilter(withParentheses(keyParts(queryFilter)))],
  ] as const;
  return parsed.flatMap(([name, one]) => {
    if ('value' in one) return [];
    const { message, hint } = one.error;
    const span = places.get(`${path}.${name}`) ?? atStore;
    return [errorAt(span, 'policy/store-question', message, hint === undefined ? {} : { hint })];
  });
}

/** Checks the store that answers LDAP URLs. */
function checkLdapStore(settings: SettingsFile): Diagnostic[] {
  const name = settings.ldap.store;
  const span = settings.places.get('ldap.store');
  if (name === null || span === undefined) return [];
  const store = settings.stores.get(name);
  if (store === undefined) {
    return settings.places.has(`stores.${name}`) ? [] : [unknownStore(span, name, settings)];
  }
  if (store.kind === 'ldap') return [];
  const message = `the store \`${name}\` is of the kind \`${store.kind}\`, which answers no LDAP URLs`;
  return [errorAt(span, 'policy/store-question', message, { hint: 'name a store of the kind `ldap`' })];
}

/** Checks all stores, and the databases in them. */
export function checkStores(settings: SettingsFile): Diagnostic[] {
  const databases = databasesInStores(settings);
  const used = new Set<string | null>(databases.map(({ setting }) => setting.store));
  used.add(settings.ldap.store);
  used.add(settings.auth.failuresStore);
  used.add(settings.counters.store);
  const unused = [...settings.stores.keys()].flatMap((name) => {
    const span = settings.places.get(`stores.${name}`);
    if (span === undefined || used.has(name)) return [];
    return [warningAt(span, 'policy/unused-store', `nothing uses the store \`${name}\``)];
  });
  const counted = countings(settings).flatMap((one) => checkCounting(one, settings));
  const questions = databases.flatMap((one) => checkQuestion(one, settings));
  return [...questions, ...checkLdapStore(settings), ...counted, ...unused];
}
