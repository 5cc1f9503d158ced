/*
 * Finds the block that counts for each channel, and the defaults in force there. Of two blocks with
 * the same name the first counts.
 * Ref: PMDF 2.3.5
 */
import type { ChannelBlock, ChannelFile, KeywordItem } from './syntax.js';

/** A channel as it was written. */
export interface SettledBlock {
  /** In lower case. */
  readonly name: string;
  readonly block: ChannelBlock;
  /** The keywords of the `defaults` blocks before it, in order. */
  readonly defaults: readonly KeywordItem[];
}

/** Lists the channels of a file, in order. */
export function settledBlocks(file: ChannelFile): readonly SettledBlock[] {
  const settled = new Map<string, SettledBlock>();
  let defaults: readonly KeywordItem[] = [];
  for (const block of file.blocks) {
    switch (block.kind) {
      case 'comments':
        break;
      case 'defaults':
        defaults = [...defaults, ...block.items];
        break;
      case 'nodefaults':
        defaults = [];
        break;
      case 'channel': {
        const name = block.name.text.toLowerCase();
        if (!settled.has(name)) settled.set(name, { name, block, defaults });
      }
    }
  }
  return [...settled.values()];
}
