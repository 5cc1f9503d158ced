/*
 * pmdf.yaml to settings. Every finding is reported in one run; a setting that is wrong keeps its default.
 * Without a file, or with an empty one, everything has its default.
 */
import { accessTables } from '../access/index.js';
import { switchLookups } from '../channel/index.js';
import type { LogicalLine, Parsed, SourceFile } from '../text/index.js';

import {
  appInfos,
  bareLineEnds,
  builtInSourceRoutes,
  defaultSettings,
  openRelays,
  type Settings,
  type SettingsFile,
  sourceRoutes,
} from './settings.js';
import { aliasLines } from './yaml/alias-lines.js';
import { channelBlocks } from './yaml/channel-lines.js';
import { distinct, section } from './yaml/collection-shapes.js';
import { database } from './yaml/database-shape.js';
import { delivery } from './yaml/delivery-shape.js';
import { listeners } from './yaml/listeners-shape.js';
import { mappingLines } from './yaml/mapping-lines.js';
import { channelName, domainName, fileName } from './yaml/name-shapes.js';
import { readYaml } from './yaml/read-yaml.js';
import { ruleLines } from './yaml/rule-lines.js';
import { choice, flag, seconds, text, wholeNumber } from './yaml/scalar-shapes.js';
import { Findings, type KeyTree, noKeys, type Shape } from './yaml/shape.js';
import { tlsVerify } from './yaml/tls-verify-shape.js';
import type { YamlNode } from './yaml/yaml-node.js';

/** What the file holds, under the names that it is written with. */
interface Written extends Settings {
  readonly rules: readonly LogicalLine[];
  readonly channels: readonly (readonly LogicalLine[])[];
  readonly mappings: readonly LogicalLine[];
  readonly aliases: readonly LogicalLine[];
}

const channelNames = distinct(channelName, 'a list of channels or the word `switched`');

const relayingChannels: Shape<Settings['relayingChannels']> = {
  keys: noKeys,
  read: (node, setting) =>
    node.kind === 'scalar' && node.value === 'switched' ? 'switched' : channelNames.read(node, setting),
};

const nothingWritten: Written = {
  ...defaultSettings,
  rules: Object.freeze([]),
  channels: Object.freeze([]),
  mappings: Object.freeze([]),
  aliases: Object.freeze([]),
};

const file: Shape<Written> = section<Written>(nothingWritten, {
  localDomains: distinct(domainName, 'a list of domain names'),
  listeners,
  switchLookup: choice(switchLookups),
  reverseTimeout: seconds(0.1, 20),
  relayingChannels,
  sourceRoutes: choice(sourceRoutes),
  builtInSourceRoutes: choice(builtInSourceRoutes),
  bareLineEnds: choice(bareLineEnds),
  openRelay: choice(openRelays),
  auth: section(defaultSettings.auth, {
    withoutTls: distinct(channelName, 'a list of channels'),
    clientWithoutTls: distinct(channelName, 'a list of channels'),
    failures: wholeNumber(0, 1_000),
    forgetSeconds: seconds(1, 86_400),
  }),
  access: section(defaultSettings.access, {
    orcpt: flag,
    appInfo: choice(appInfos),
    defaultText: text('text'),
    holdFolder: text('the name of a folder'),
  }),
  shadow: section(defaultSettings.shadow, {
    tables: distinct(choice(accessTables.map(({ table }) => table)), 'a list of access tables'),
    channels: distinct(channelName, 'a list of channels'),
  }),
  files: section(defaultSettings.files, {
    cnf: fileName,
    mappings: fileName,
    aliases: fileName,
    security: fileName,
  }),
  databases: section(defaultSettings.databases, {
    general: database,
    alias: database,
    forward: database,
    domain: database,
    reverse: database,
  }),
  lookups: section(defaultSettings.lookups, {
    timeout: seconds(0.1, 25),
    cacheSize: wholeNumber(0, 10_000_000),
    cacheSeconds: seconds(0, 86_400),
    negativeSeconds: seconds(0, 86_400),
  }),
  delivery,
  tlsVerify,
  limits: section(defaultSettings.limits, {
    steps: wholeNumber(1_000, 1_000_000_000),
    rewrites: wholeNumber(1, 1_000),
    aliasDepth: wholeNumber(1, 100),
    expansions: wholeNumber(1, 1_000_000),
    address: wholeNumber(256, 100_000),
  }),
  localHost: domainName,
  reload: section(defaultSettings.reload, { enabled: flag, settle: seconds(0, 60) }),
  rules: ruleLines,
  channels: channelBlocks,
  mappings: mappingLines,
  aliases: aliasLines,
});

/** Every key that pmdf.yaml may hold, as a tree; names chosen by the site (ports, channels, tables) are not in it. */
export const settingKeys: KeyTree = file.keys;

function readTree(source: SourceFile, root: YamlNode | null, findings: Findings): Written {
  if (root === null) return nothingWritten;
  const keySpan = { source, offset: 0, length: 0 };
  return file.read(root, { path: '', keySpan, findings, allKeys: settingKeys }) ?? nothingWritten;
}

/** Parses pmdf.yaml; null stands for a file that is not there. */
export function parseSettings(source: SourceFile | null): Parsed<SettingsFile> {
  const findings = new Findings();
  const yaml = source === null ? { value: null, diagnostics: [] } : readYaml(source);
  const written = source === null ? nothingWritten : readTree(source, yaml.value, findings);
  const { channels, mappings, aliases, ...settings } = written;
  const value = Object.freeze({
    ...settings,
    channelBlocks: channels,
    mappingLines: mappings,
    aliasLines: aliases,
    places: findings.places,
  });
  const diagnostics = [...yaml.diagnostics, ...findings.diagnostics];
  return { value, diagnostics: diagnostics.sort((left, right) => left.span.offset - right.span.offset) };
}
