/*
 * A site that forwards, as a vector describes it, compiled by the real compiler.
 *   aliasFile, alias, aliasDatabase, forwardDatabase, reverseDatabase, generalDatabase
 *   USE_ALIAS_DATABASE, USE_FORWARD_DATABASE   0 turns a database off; an alias database with 2 must be there
 *   FORWARD, REVERSE and every other name in capitals, `tables`: mapping tables
 *   localHost (or localDomains)   what is local; by default the domain of the recipient, and `domain.com` as everywhere
 *   channel, keywords             where the recipient's domain is, `l` if not said, and keywords of that channel
 *   rules                         rewrite rules before all others
 *   files                         what list files hold, by name
 *   aliasDepth                    the limit of steps
 * The rule of a local domain looks up the general database, unless a table does: with such a table there is no such rule.
 */
import { splitAddress } from '../../../lib/address/address.js';
import { type DatabaseSettings, defaultSettings } from '../../../lib/config/settings.js';
import type { DatabaseName } from '../../../lib/engine/lookup.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { VectorProblem } from '../vector.js';
import type { Pair, VectorInput } from '../vector-input.js';
import { readAliasText } from './alias-text.js';
import { allDatabaseFields, type OutsideWorld, readOutsideWorld } from './engine-run.js';
import { fileOf, mappingFileText, policyOf } from './policy-text.js';
import { hostOfChannel, seedConfiguration } from './seed-configuration.js';

/** The domain of a site if a vector names none. */
const siteDomain = 'domain.com';

/** An area's settings for its site. */
export interface SiteFrame {
  /** The recipient in question; null without one. */
  readonly to: string | null;
  readonly source: string;
  /** Tables of the area, in addition to those of the vector. */
  readonly tables?: ReadonlyMap<string, readonly Pair[]>;
}

/** A site, and the databases that it uses. */
export interface ForwardingSite {
  readonly policy: Policy;
  readonly world: OutsideWorld;
  /** The channel of the recipient's domain; without a recipient the one that mail is for. */
  readonly channel: string;
}

function localDomains(input: VectorInput, toDomain: string | null, isLocal: boolean): readonly string[] {
  const field = input.nameAmong('localHost', 'localHosts', 'localDomain', 'localDomains');
  const named = field === undefined ? [] : input.words(field);
  if (named.length > 0) return named;
  if (toDomain === null || !isLocal) return [siteDomain];
  const isOfSite = `.${toDomain.toLowerCase()}`.endsWith(`.${siteDomain}`);
  return isOfSite ? [siteDomain] : [toDomain, siteDomain];
}

/** The tables of a vector. Read last: every unknown field that is named like a table is one. */
function readTables(input: VectorInput, frame: SiteFrame): ReadonlyMap<string, readonly Pair[]> {
  const tables = new Map(frame.tables ?? []);
  for (const field of ['tables', 'mappings']) {
    const section = input.section(field);
    for (const name of section?.unread() ?? []) tables.set(name, section?.pairs(name) ?? []);
  }
  for (const name of input.unread()) {
    if (/^[A-Z][A-Z0-9_-]*$/.test(name)) tables.set(name, input.pairs(name));
  }
  return tables;
}

function readUse(input: VectorInput, field: string, known: readonly number[]): number {
  const use = input.number(field, 1);
  if (known.includes(use)) return use;
  throw new VectorProblem(`\`input.${field}\` must be one of ${known.join(', ')}, not ${use}`);
}

function readDatabases(input: VectorInput): OutsideWorld {
  const world = readOutsideWorld(input, allDatabaseFields);
  const uses: readonly (readonly [DatabaseName, number])[] = [
    ['alias', readUse(input, 'USE_ALIAS_DATABASE', [0, 1, 2])],
    ['forward', readUse(input, 'USE_FORWARD_DATABASE', [0, 1])],
  ];
  const off = new Set(uses.filter(([, use]) => use === 0).map(([name]) => name));
  const missing = uses.filter(([name, use]) => use === 2 && !world.databases.has(name)).map(([name]) => name);
  const databases = new Map([...world.databases].filter(([name]) => !off.has(name)));
  return { ...world, databases, missing: new Set(missing) };
}

function databaseSettings({ databases, missing }: OutsideWorld): DatabaseSettings {
  const setting = (name: DatabaseName): DatabaseSettings[DatabaseName] => {
    const required = missing?.has(name) === true;
    return required || databases.has(name) ? { kind: 'file', file: `${name}.txt`, required } : null;
  };
  return {
    general: defaultSettings.databases.general,
    alias: setting('alias'),
    forward: setting('forward'),
    domain: setting('domain'),
    reverse: setting('reverse'),
  };
}

/** Reads the site of a vector; call it when the area has read its own fields. */
export function readForwardingSite(input: VectorInput, frame: SiteFrame): ForwardingSite {
  const toDomain = frame.to === null ? null : splitAddress(frame.to.replace(/^<(.*)>$/, '$1')).domain;
  const channel = input.textOr('channel', frame.to === null ? 'tcp_local' : 'l');
  const keywords = [...input.words('keywords'), ...input.words('keyword')];
  const domains = localDomains(input, toDomain, channel === 'l');
  const aliases = readAliasText(input);
  const files = input.database('files') ?? new Map<string, string>();
  const world = readDatabases(input);
  const rules = [...input.texts('rules')];
  const aliasDepth = input.number('aliasDepth', defaultSettings.limits.aliasDepth);
  const tables = readTables(input, frame);

  const asksGeneral = [...tables.values()].flat().some(([, template]) => template.includes('${'));
  if (world.databases.has('general') && !asksGeneral)
    rules.push(...domains.map((domain) => `${domain}  $($U)`));
  if (channel !== 'l' && toDomain !== null) {
    rules.unshift(`${toDomain}  $U%${toDomain}@${hostOfChannel(channel)}`);
  }
  const added = new Map([
    [frame.source, []],
    [channel, keywords],
  ]);
  const policy = policyOf({
    cnf: seedConfiguration({ networks: [], domains }, added, rules),
    mappings: mappingFileText(tables),
    ...(aliases === null ? {} : { aliases }),
    settings: {
      databases: databaseSettings(world),
      limits: { ...defaultSettings.limits, aliasDepth },
    },
    readInclude: (name) => {
      const text = files.get(name);
      return text === undefined ? undefined : fileOf(name, text);
    },
  });
  return { policy, world, channel };
}
