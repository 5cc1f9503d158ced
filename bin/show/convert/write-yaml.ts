/*
 * A configuration as one pmdf.yaml: the settings as they are, then rules, channels, mappings and aliases. A comment stays
 * before the same line; one after the last line of a channel or table is indented more than the next line.
 */
import {
  type Block,
  type ChannelBlock,
  type HostLine,
  type KeywordItem,
  wordsOfItem,
} from '../../../lib/channel/index.js';
import type { PolicySyntax } from '../../../lib/config/index.js';
import { type Alias, printName, printValue } from '../../../lib/forwarding/index.js';
import { type Entry, type MappingTable, patternWidth } from '../../../lib/mapping/index.js';
import { withGaps } from '../../support/index.js';
import { printComment, printQuoted, printScalar } from './print-scalar.js';
import { ruleText, type WrittenFile } from './write-pmdf.js';

const longestLine = 110;
const tabWidth = 8;

function commentLines(comments: readonly string[], indent: number): string[] {
  return comments.map((text) => printComment(`${' '.repeat(indent)}#${text.slice(1)}`.trimEnd()));
}

/** A list on one line if it fits, otherwise with one item per line. */
function listLines(key: string, items: readonly string[]): string[] {
  const line = `${key} [${items.join(', ')}]`;
  const indent = ' '.repeat(key.length - key.trimStart().length + 2);
  return line.length <= longestLine ? [line] : [key, ...items.map((item) => `${indent}- ${item}`)];
}

/** Replaces the tabs after a pattern by blanks, since YAML in single quotes has no tabs. */
function withoutTabsAfterPattern(text: string): string {
  const [lead = '', pattern = '', blanks = ''] = /^(\S+)(\s+)/.exec(text) ?? [];
  let column = pattern.length;
  for (const blank of blanks) column += blank === '\t' ? tabWidth - (column % tabWidth) : 1;
  return pattern.padEnd(column) + text.slice(lead.length);
}

function ruleLines({ ruleLines: lines }: PolicySyntax): string[] {
  return lines.flatMap((line) => {
    if (line.kind === 'blank') return [];
    return line.kind === 'comment'
      ? commentLines([line.text], 2)
      : [`  - ${printQuoted(withoutTabsAfterPattern(ruleText(line)))}`];
  });
}

function keywordText(items: readonly KeywordItem[]): string {
  const words = items.flatMap(wordsOfItem).map((word) => word.text);
  return printScalar(words.join(' '));
}

function hostItem({ comments, name, second }: HostLine): string[] {
  const item =
    second === null
      ? printScalar(name.text)
      : `{ name: ${printScalar(name.text)}, proper: ${printScalar(second.text)} }`;
  return [...commentLines(comments, 6), `      - ${item}`];
}

function channelLines({ comments, name, items, officialHost, hosts, commentsAfter }: ChannelBlock): string[] {
  const official =
    officialHost === null
      ? []
      : [
          ...commentLines(officialHost.comments, 4),
          `    host: ${printScalar(officialHost.name.text)}`,
          ...(officialHost.second === null ? [] : [`    alias: ${printScalar(officialHost.second.text)}`]),
        ];
  return [
    ...commentLines(comments, 2),
    `  - name: ${printScalar(name.text)}`,
    ...(items.length === 0 ? [] : [`    keywords: ${keywordText(items)}`]),
    ...official,
    ...(hosts.length === 0 ? [] : ['    hosts:', ...hosts.flatMap(hostItem)]),
    ...commentLines(commentsAfter, 8),
  ];
}

function blockLines(block: Block): string[] {
  if (block.kind === 'comments') return commentLines(block.comments, 2);
  if (block.kind === 'channel') return channelLines(block);
  const keywords = block.kind === 'defaults' && block.items.length > 0 ? ` ${keywordText(block.items)}` : '';
  return [
    ...commentLines(block.comments, 2),
    block.kind === 'defaults' ? `  - defaults:${keywords}` : '  - nodefaults: true',
    ...commentLines(block.commentsAfter, 8),
  ];
}

/** Removes the `$` that quotes a blank; it is added again when the YAML is read. */
function withoutQuotedBlanks(text: string): string {
  return text.replace(/\$([\s\S])/g, (both, next: string) => (next === ' ' || next === '\t' ? next : both));
}

/** The pattern or template of an entry; one of blanks only keeps its `$`. */
function side(text: string): string {
  const bare = withoutQuotedBlanks(text);
  return printQuoted(bare.trim() === '' ? text : bare);
}

function entryLines(entry: Entry, pattern: string, width: number): string[] {
  const template = side(entry.templateText);
  return [
    ...commentLines(
      entry.comments.map((one) => one.text),
      4,
    ),
    `    - [${`${pattern},`.padEnd(width + 1)} ${template}]`,
  ];
}

function tableLines({ name, entries, comments }: MappingTable): string[] {
  const patterns = entries.map((entry) => side(entry.patternText));
  const width = patternWidth(patterns);
  const texts = comments.map((one) => one.text);
  return [
    `  ${printScalar(name)}:`,
    ...entries.flatMap((entry, index) => entryLines(entry, patterns[index] ?? '', width)),
    ...commentLines(texts, 4),
  ];
}

function mappingLines({ mappings }: PolicySyntax): string[] {
  return mappings.items.flatMap((item, index) => [
    ...(mappings.items[index - 1]?.kind === 'table' ? [''] : []),
    ...(item.kind === 'table' ? tableLines(item) : commentLines([item.text], 2)),
  ]);
}

function aliasLines({ name, values }: Alias): string[] {
  const key = `  ${printScalar(printName(name))}:`;
  const [first = '', ...others] = values.map((value) => printQuoted(printValue(value)));
  const [single] = values;
  if (others.length === 0) return [`${key} ${single === undefined ? '' : printScalar(printValue(single))}`];
  return listLines(key, [first, ...others]);
}

function aliasSection({ aliases }: PolicySyntax): string[] {
  return aliases.items.flatMap((item) =>
    item.kind === 'alias' ? aliasLines(item) : commentLines([item.text], 2),
  );
}

/** Writes one file with everything in it. */
export function writeYaml(syntax: PolicySyntax, settings: string): readonly WrittenFile[] {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['rules', ruleLines(syntax)],
    ['channels', withGaps(syntax.channels.blocks.map(blockLines))],
    ['mappings', mappingLines(syntax)],
    ['aliases', aliasSection(syntax)],
  ];
  const written = sections.flatMap(([key, lines]) =>
    lines.length === 0 ? [] : [`${[`${key}:`, ...lines].join('\n')}\n`],
  );
  const parts = settings === '' ? written : [settings, ...written];
  return [{ name: 'pmdf.yaml', text: parts.join('\n') }];
}
