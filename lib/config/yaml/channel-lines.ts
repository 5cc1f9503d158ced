/*
 * Shape of `channels`: channel blocks as lines of pmdf.cnf, in their order.
 *   - { name: ..., keywords: 'a b c' or [a, b, c], host: OFFICIAL, alias: ..., hosts: [host, { name: ..., proper: ... }] }
 *   - { defaults: 'a b c' or [a, b, c] }
 *   - { nodefaults: true }
 * What the words mean is left to who reads channel blocks.
 * Ref: PMDF 2.3.2, 2.3.5
 */
import type { LogicalLine } from '../../text/index.js';
import { knownEntries, sequenceOf } from './collection-shapes.js';
import { LineBuilder } from './line-builder.js';
import { flag, writtenText } from './scalar-shapes.js';
import {
  below,
  isNothing,
  itemOf,
  type KeyTree,
  noKeys,
  type Setting,
  type Shape,
  wrongType,
} from './shape.js';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from './yaml-node.js';

const channelKeys = ['name', 'keywords', 'host', 'alias', 'hosts'];
const hostKeys: KeyTree = new Map([
  ['name', noKeys],
  ['proper', noKeys],
]);

/** A word of a line: no blank in it. */
function word(node: YamlNode, setting: Setting, wanted: string): YamlScalar | undefined {
  const scalar = writtenText(node, setting, wanted);
  if (scalar === undefined || !/\s/.test(scalar.text)) return scalar;
  return setting.findings.error(node.span, 'settings/word', `\`${setting.path}\` must be one word`);
}

function wordUnder(
  entries: ReadonlyMap<string, YamlEntry>,
  key: string,
  setting: Setting,
  wanted: string,
): YamlScalar | undefined {
  const entry = entries.get(key);
  return entry === undefined ? undefined : word(entry.value, below(setting, key, entry.keySpan), wanted);
}

/** Keywords with their arguments: one text, or a list of such texts. */
function keywords(node: YamlNode, setting: Setting): readonly YamlScalar[] {
  if (isNothing(node)) return [];
  const wanted = 'keywords, as one text or as a list';
  switch (node.kind) {
    case 'mapping':
      wrongType(node, setting, wanted);
      return [];
    case 'scalar':
      return [writtenText(node, setting, wanted)].filter((one) => one !== undefined);
    case 'sequence':
      return node.items.flatMap(
        (item, index) => writtenText(item, itemOf(setting, index), 'a keyword') ?? [],
      );
  }
}

function joined(words: readonly [YamlScalar, ...YamlScalar[]]): LogicalLine {
  const [first, ...others] = words;
  const line = new LineBuilder(first.span.source).addScalar(first);
  for (const one of others) line.addBlank().addScalar(one);
  return line.line();
}

/** A line of one word that is the name of a key, such as `defaults`, and of keywords. */
function keyLine(entry: YamlEntry, words: readonly YamlScalar[]): LogicalLine {
  return joined([entry.keyScalar, ...words]);
}

function hostLine(node: YamlNode, setting: Setting): LogicalLine | undefined {
  if (node.kind !== 'mapping') {
    const host = word(node, setting, 'a host name');
    return host === undefined ? undefined : joined([host]);
  }
  const entries = knownEntries(node, setting, [...hostKeys.keys()]);
  const name = wordUnder(entries, 'name', setting, 'a host name');
  const proper = wordUnder(entries, 'proper', setting, 'a host name');
  if (!entries.has('name')) {
    return setting.findings.error(node.span, 'settings/missing-key', `\`${setting.path}\` has no \`name\``);
  }
  if (name === undefined) return undefined;
  return proper === undefined ? joined([name]) : joined([name, proper]);
}

function hostLines(entry: YamlEntry | undefined, setting: Setting): LogicalLine[] {
  if (entry === undefined) return [];
  const hosts = below(setting, 'hosts', entry.keySpan);
  const items = sequenceOf(entry.value, hosts, 'a list of hosts')?.items ?? [];
  return items.flatMap((item, index) => hostLine(item, itemOf(hosts, index)) ?? []);
}

function defaultsBlock(node: YamlMapping, setting: Setting): readonly LogicalLine[] | undefined {
  const entry = knownEntries(node, setting, ['defaults']).get('defaults');
  if (entry === undefined) return undefined;
  return [keyLine(entry, keywords(entry.value, below(setting, 'defaults', entry.keySpan)))];
}

function nodefaultsBlock(node: YamlMapping, setting: Setting): readonly LogicalLine[] | undefined {
  const entry = knownEntries(node, setting, ['nodefaults']).get('nodefaults');
  if (entry === undefined) return undefined;
  const at = below(setting, 'nodefaults', entry.keySpan);
  const isSet = flag.read(entry.value, at);
  if (isSet !== false) return [keyLine(entry, [])];
  const hint = 'leave it out; defaults stay in force by themselves';
  return setting.findings.error(
    entry.value.span,
    'settings/channel',
    `\`${at.path}\` can only be true`,
    hint,
  );
}

function channelBlock(node: YamlMapping, setting: Setting): readonly LogicalLine[] | undefined {
  const entries = knownEntries(node, setting, channelKeys);
  const name = wordUnder(entries, 'name', setting, 'the name of a channel');
  const host = wordUnder(entries, 'host', setting, 'the official host name');
  const alias = wordUnder(entries, 'alias', setting, 'a host name');
  const written = entries.get('keywords');
  const words =
    written === undefined ? [] : keywords(written.value, below(setting, 'keywords', written.keySpan));
  const further = hostLines(entries.get('hosts'), setting);
  for (const key of ['name', 'host']) {
    if (entries.has(key)) continue;
    const span = entries.get('name')?.value.span ?? node.span;
    const hint = key === 'host' ? '`host` is the official host name, such as `TCP-DAEMON`' : undefined;
    setting.findings.error(span, 'settings/missing-key', `\`${setting.path}\` has no \`${key}\``, hint);
  }
  if (name === undefined || host === undefined) return undefined;
  const reserved = name.text.toLowerCase();
  if (reserved === 'defaults' || reserved === 'nodefaults') {
    const hint =
      reserved === 'defaults' ? 'write `- defaults: [keyword, ...]`' : 'write `- nodefaults: true`';
    return setting.findings.error(name.span, 'settings/channel', `\`${reserved}\` is not a channel`, hint);
  }
  return [joined([name, ...words]), alias === undefined ? joined([host]) : joined([host, alias]), ...further];
}

function block(node: YamlNode, setting: Setting): readonly LogicalLine[] | undefined {
  if (node.kind !== 'mapping') return wrongType(node, setting, 'a channel with `name` and `host`');
  if (node.entries.some((entry) => entry.key === 'defaults')) return defaultsBlock(node, setting);
  if (node.entries.some((entry) => entry.key === 'nodefaults')) return nodefaultsBlock(node, setting);
  return channelBlock(node, setting);
}

/** Channel blocks, and `defaults` and `nodefaults` between them. */
export const channelBlocks: Shape<readonly (readonly LogicalLine[])[]> = {
  keys: new Map<string, KeyTree>([
    ['name', noKeys],
    ['keywords', noKeys],
    ['host', noKeys],
    ['alias', noKeys],
    ['hosts', hostKeys],
    ['defaults', noKeys],
    ['nodefaults', noKeys],
  ]),
  read: (node, setting) => {
    const blocks = sequenceOf(node, setting, 'a list of channels')?.items.flatMap((item, index) => {
      const lines = block(item, itemOf(setting, index));
      return lines === undefined ? [] : [lines];
    });
    return blocks === undefined ? undefined : Object.freeze(blocks);
  },
};
