/*
 * Writes channel blocks as pmdf.cnf has them: the inverse of reading them.
 * Ref: PMDF 2.3.2
 */
import type { Block, ChannelFile, HostLine, KeywordItem, Word } from './syntax.js';

/** The words that an item was written with. */
export function wordsOfItem(item: KeywordItem): readonly Word[] {
  switch (item.kind) {
    case 'keyword':
      return [item.word, ...item.arguments];
    case 'group-id':
      return [item.word];
    case 'broken':
      return item.words;
  }
}

/** Writes one line; blanks keep it from being read as a comment, an include or a continued line. */
function printLine(words: readonly string[]): string {
  const line = words.join(' ');
  const before = /^[!<]/.test(line) ? ' ' : '';
  const after = line.endsWith('\\') ? ' ' : '';
  return `${before}${line}${after}`;
}

function printItems(first: string, items: readonly KeywordItem[]): string {
  return printLine([first, ...items.flatMap(wordsOfItem).map((word) => word.text)]);
}

function printHostLine({ comments, name, second }: HostLine): string[] {
  return [...comments, printLine(second === null ? [name.text] : [name.text, second.text])];
}

function printBlock(block: Block): string[] {
  switch (block.kind) {
    case 'comments':
      return [...block.comments];
    case 'defaults':
      return [...block.comments, printItems('defaults', block.items), ...block.commentsAfter];
    case 'nodefaults':
      return [...block.comments, 'nodefaults', ...block.commentsAfter];
    case 'channel': {
      const { comments, name, items, officialHost, hosts, commentsAfter } = block;
      const hostLines = officialHost === null ? hosts : [officialHost, ...hosts];
      return [
        ...comments,
        printItems(name.text, items),
        ...hostLines.flatMap(printHostLine),
        ...commentsAfter,
      ];
    }
  }
}

/** Writes all blocks, a blank line between them, each line ended. */
export function printChannelFile(file: ChannelFile): string {
  return file.blocks.map((block) => `${printBlock(block).join('\n')}\n`).join('\n');
}
