/*
 * Looks an address up as an alias, once: in the alias database, then by the LDAP URLs of ALIAS_URL0 to ALIAS_URL3, then in the
 * alias file. URLs are asked for the address; the keys of the others are, in this order,
 *   subaddressexact     user+detail
 *   subaddresswild      user+detail   user+*
 *   subaddressrelaxed   user+detail   user+*   user
 * each first with its domain, then without. A value `new+*` keeps the detail. Entries that an address came from may be left out,
 * so that an alias can name itself and others.
 * Ref: PMDF 2.3.4.71, 3.1, 3.1.2.1
 */
import {
  dequote,
  foldDomain,
  holdBars,
  parsePath,
  printAddress,
  quote,
  releaseBars,
  splitAddress,
  splitSubaddress,
} from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { placeOf } from '../text/index.js';
import { type AliasTable, foldAlias } from './alias-table.js';
import { type AliasUrls, askAliasUrls } from './alias-urls.js';
import { askDatabase } from './database-lookup.js';
import { isProgram, withoutPhrase } from './parse-value.js';
import { splitValues } from './split-values.js';

/** How an alias may match an address with a subaddress. */
export type SubaddressMatching = 'exact' | 'wild' | 'relaxed';

/** Where aliases come from. */
export interface AliasSources {
  readonly file: AliasTable;
  /** Whether there is an alias database. */
  readonly hasDatabase: boolean;
  readonly urls: AliasUrls;
}

/** An entry of one of them, as `file jane`: by it, look-ups leave an entry out. */
export type AliasOrigin = `${'file' | 'database' | 'url'} ${string}`;

/** What to look up. */
export interface AliasQuestion {
  /** Rewritten, bars held. */
  readonly address: string;
  readonly matching: SubaddressMatching;
  /** Entries that count as missing. */
  readonly without: ReadonlySet<AliasOrigin>;
  /** True for what the database or a URL gave: the file is then looked up before them. */
  readonly fileFirst: boolean;
}

/** What was found; addresses have their bars held and are not rewritten yet. */
export type AliasAnswer =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'found';
      readonly origin: AliasOrigin;
      readonly addresses: readonly string[];
      /** The entry of the alias file; null for all others. */
      readonly place: string | null;
    }
  | { readonly kind: 'failed'; readonly cause: string };

const none: AliasAnswer = { kind: 'none' };

/** The keys to look up, folded, and the detail. */
interface Keys {
  readonly keys: readonly string[];
  readonly detail: string | null;
}

function keysOf({ address, matching }: Pick<AliasQuestion, 'address' | 'matching'>): Keys {
  const { localPart, domain } = splitAddress(address);
  const { user, detail } = splitSubaddress(localPart);
  const names = [dequote(localPart)];
  if (detail !== null && matching !== 'exact') names.push(`${dequote(user)}+*`);
  if (detail !== null && matching === 'relaxed') names.push(dequote(user));
  const keys: string[] = [];
  for (const name of names) {
    const key = foldAlias(releaseBars(name));
    if (domain !== null) keys.push(`${key}@${foldDomain(domain)}`);
    // A quoted local part with an at sign would be taken for an address.
    if (!key.includes('@')) keys.push(key);
  }
  return { keys, detail };
}

/** Keeps those entries that a look-up of an address could find. */
export function entriesFor(
  origins: Iterable<AliasOrigin>,
  question: Pick<AliasQuestion, 'address' | 'matching'>,
): ReadonlySet<AliasOrigin> {
  const keys = new Set(keysOf(question).keys);
  return new Set([...origins].filter((origin) => keys.has(origin.slice(origin.indexOf(' ') + 1))));
}

/** Replaces the `*` of a value `user+*@domain` with the detail; without a detail the ending is removed. */
function withDetail(value: string, detail: string | null): string {
  const address = splitAddress(value);
  const content = dequote(address.localPart);
  if (!content.endsWith('+*')) return value;
  const user = content.slice(0, -2);
  return printAddress({ ...address, localPart: quote(detail === null ? user : `${user}+${detail}`) });
}

/** Reads a value of the database; a string tells what is wrong with it. */
function addressesIn(value: string): readonly string[] | string {
  const addresses: string[] = [];
  for (const written of splitValues(value, 0)) {
    const { text } = withoutPhrase(written);
    if (/^[<[]/.test(text)) return `\`${text}\`: lists and parameters are supported only in the alias file`;
    const parsed = parsePath(text, 'underscores');
    if (text === '' || parsed.kind !== 'path' || isProgram(parsed.path))
      return `\`${text}\` is not an address`;
    addresses.push(text);
  }
  return addresses;
}

function traceEntry(
  environment: Environment,
  place: string,
  key: string,
  addresses: readonly string[],
): void {
  environment.trace?.({
    kind: 'entry-matched',
    table: 'aliases',
    place,
    input: key,
    captures: [],
    output: addresses.map(releaseBars).join(', '),
    flags: [],
    control: 'E',
  });
}

function askFile(
  { file }: AliasSources,
  question: AliasQuestion,
  { keys, detail }: Keys,
  environment: Environment,
): AliasAnswer {
  for (const key of keys) {
    const entry = file.get(key);
    const origin: AliasOrigin = `file ${key}`;
    if (entry === undefined || question.without.has(origin)) continue;
    const addresses = entry.addresses.map((one) => holdBars(withDetail(one, detail)));
    const place = placeOf(entry.span);
    traceEntry(environment, place, key, addresses);
    return { kind: 'found', origin, addresses, place };
  }
  return none;
}

function* askAliasDatabase(
  question: AliasQuestion,
  { keys, detail }: Keys,
  environment: Environment,
): Lookup<AliasAnswer> {
  for (const key of keys) {
    const origin: AliasOrigin = `database ${key}`;
    if (question.without.has(origin)) continue;
    const answer = yield* askDatabase('alias', key, environment);
    switch (answer.kind) {
      case 'absent':
        break;
      case 'failed':
        return answer;
      case 'found': {
        const addresses = addressesIn(answer.value);
        if (typeof addresses === 'string') {
          return { kind: 'failed', cause: `the alias database has a bad value for \`${key}\`: ${addresses}` };
        }
        const held = addresses.map((one) => holdBars(withDetail(one, detail)));
        return { kind: 'found', origin, addresses: held, place: null };
      }
    }
  }
  return none;
}

function* askUrls(
  { urls }: AliasSources,
  { address, without }: AliasQuestion,
  { keys, detail }: Keys,
  environment: Environment,
): Lookup<AliasAnswer> {
  const origin: AliasOrigin = `url ${keys[0] ?? ''}`;
  if (urls.urls.length === 0 || without.has(origin)) return none;
  const answer = yield* askAliasUrls(urls, address, environment);
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'absent') return none;
  const held: string[] = [];
  for (const value of answer.values) {
    const addresses = addressesIn(value);
    if (typeof addresses === 'string') {
      return { kind: 'failed', cause: `the directory has a bad value for \`${keys[0]}\`: ${addresses}` };
    }
    for (const one of addresses) held.push(holdBars(withDetail(one, detail)));
  }
  return { kind: 'found', origin, addresses: held, place: null };
}

/** Looks an address up in the alias database, by the LDAP URLs and in the alias file; the first that has it counts. */
export function* findAlias(
  sources: AliasSources,
  question: AliasQuestion,
  environment: Environment,
): Lookup<AliasAnswer> {
  const { file, hasDatabase, urls } = sources;
  if (!hasDatabase && file.size === 0 && urls.urls.length === 0) return none;
  const keys = keysOf(question);
  if (question.fileFirst) {
    const inFile = askFile(sources, question, keys, environment);
    if (inFile.kind !== 'none') return inFile;
  }
  if (hasDatabase) {
    const inDatabase = yield* askAliasDatabase(question, keys, environment);
    if (inDatabase.kind !== 'none') return inDatabase;
  }
  const byUrl = yield* askUrls(sources, question, keys, environment);
  if (byUrl.kind !== 'none') return byUrl;
  return question.fileFirst ? none : askFile(sources, question, keys, environment);
}
