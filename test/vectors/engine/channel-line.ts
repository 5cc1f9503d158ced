/*
 * One channel from the words on its first line.
 */
import { buildChannelTable } from '../../../lib/channel/build-table.js';
import type { Channel } from '../../../lib/channel/channel.js';
import { parseChannelBlocks } from '../../../lib/channel/parse-channels.js';
import type { ChannelBlock } from '../../../lib/channel/syntax.js';
import type { Diagnostic } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { VectorProblem } from '../vector.js';
import { fileOf } from './policy-text.js';

/** A channel with its written block. */
export interface WrittenChannel {
  readonly channel: Channel;
  readonly block: ChannelBlock;
  /** What is wrong with the block itself. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the first line of a channel block. */
export function channelOfLine(line: string): WrittenChannel {
  const lines = readLogicalLines(fileOf('pmdf.cnf', `${line}\nofficial-host\n`), () => undefined);
  const { value: file, diagnostics } = parseChannelBlocks([lines.value]);
  const [channel] = buildChannelTable(file).value.channels.values();
  const block = file.blocks.find((one) => one.kind === 'channel');
  if (channel === undefined || block === undefined) {
    throw new VectorProblem(`\`${line}\` is not the first line of a channel block`);
  }
  return { channel, block, diagnostics };
}

/** Makes a channel of a name with keywords; words that are not PMDF keywords are a problem of the vector. */
export function channelWith(name: string, keywords: readonly string[]): Channel {
  const { channel } = channelOfLine([name, ...keywords].join(' '));
  const [strange] = channel.groupIds;
  if (strange !== undefined) throw new VectorProblem(`\`${strange}\` is not a channel keyword`);
  return channel;
}
