/*
 * Channel blocks from text, for tests.
 */

import { buildChannelTable } from '../../../lib/channel/build-table.js';
import type { ChannelTable } from '../../../lib/channel/channel.js';
import { parseChannelBlocks } from '../../../lib/channel/parse-channels.js';
import type { Block, ChannelFile, KeywordItem } from '../../../lib/channel/syntax.js';
import { splitPmdfCnf } from '../../../lib/config/pmdf-cnf.js';
import type { Diagnostic, Parsed } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import type { SourceFile, Span } from '../../../lib/text/source.js';

export function sourceOf(text: string): SourceFile {
  return { name: 'config/pmdf/pmdf.cnf', shortName: 'pmdf.cnf', text };
}

/** Parses the channel half of pmdf.cnf. */
export function parseText(text: string): Parsed<ChannelFile> {
  const source = sourceOf(`a $U@a\n\n${text}`);
  const lines = readLogicalLines(source, () => undefined).value;
  return parseChannelBlocks(splitPmdfCnf(lines, source).blocks);
}

/** Parses and builds; the diagnostics of both. */
export function tableOf(text: string): Parsed<ChannelTable> {
  const parsed = parseText(text);
  const built = buildChannelTable(parsed.value);
  return { value: built.value, diagnostics: [...parsed.diagnostics, ...built.diagnostics] };
}

/** `severity code text-under-the-caret`, the essential part of a finding. */
export function findings(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ severity, code, span }) => `${severity} ${code} ${textAt(span)}`);
}

export function textAt({ source, offset, length }: Span): string {
  return source.text.slice(offset, offset + length);
}

function plainItem(item: KeywordItem): string {
  switch (item.kind) {
    case 'keyword':
      return [item.keyword, ...item.arguments.map((one) => one.text)].join(' ');
    case 'group-id':
      return `group ${item.word.text}`;
    case 'broken':
      return `broken ${item.words.map((one) => one.text).join(' ')}`;
  }
}

/** Items without their places. */
export function plainItems(items: readonly KeywordItem[]): string[] {
  return items.map(plainItem);
}

/** A tree without places, for comparison. */
export function plainBlocks(blocks: readonly Block[]): unknown[] {
  return blocks.map(plainBlock);
}

function plainBlock(block: Block): unknown {
  switch (block.kind) {
    case 'comments':
    case 'nodefaults':
      return block;
    case 'defaults':
      return { ...block, items: plainItems(block.items) };
    case 'channel': {
      const lines = block.officialHost === null ? block.hosts : [block.officialHost, ...block.hosts];
      return {
        ...block,
        name: block.name.text,
        items: plainItems(block.items),
        officialHost: block.officialHost !== null,
        hosts: lines.map((one) => ({ ...one, name: one.name.text, second: one.second?.text ?? null })),
      };
    }
  }
}
