/*
 * What waits: the files in Haraka's queue by the channel that they leave on, and the held messages.
 */
import { readdir } from 'node:fs/promises';
import { notesInFile, type WaitingFile, waitingFiles } from '../haraka/index.js';
import { channelIn } from '../support/index.js';

/** The files that wait for one channel. */
export interface Waiting {
  readonly channel: string;
  readonly files: number;
  /** When the oldest came, in milliseconds since the epoch. */
  readonly oldestAt: number;
}

export interface QueueState {
  readonly waiting: readonly Waiting[];
  readonly held: number;
}

/** Files of others, files that cannot be read, and those that are more than `mostRead`. */
const unknownChannel = 'unknown';
/** Files that are opened for one answer. */
const mostRead = 2_000;

/** What is in a folder; nothing where there is none, since Haraka makes its folders when it needs them. */
async function listed<T>(list: Promise<readonly T[]>): Promise<readonly T[]> {
  return await list.catch(() => []);
}

async function channelOf(file: WaitingFile): Promise<string> {
  return channelIn(await notesInFile(file, 'pmdf').catch(() => null)) ?? unknownChannel;
}

export class QueueReader {
  readonly #queueFolder: string;
  readonly #heldFolder: () => string;
  /** By the keys of files. */
  #channels = new Map<string, string>();

  constructor(queueFolder: string, heldFolder: () => string) {
    this.#queueFolder = queueFolder;
    this.#heldFolder = heldFolder;
  }

  /** Never rejects; a folder that does not exist is empty. */
  async state(): Promise<QueueState> {
    const known = new Map<string, string>();
    const waiting = new Map<string, { files: number; oldestAt: number }>();
    let left = mostRead;
    for (const file of await listed(waitingFiles(this.#queueFolder))) {
      let channel = this.#channels.get(file.key);
      if (channel === undefined && left > 0) {
        left -= 1;
        channel = await channelOf(file);
      }
      if (channel !== undefined) known.set(file.key, channel);
      const name = channel ?? unknownChannel;
      const { files, oldestAt } = waiting.get(name) ?? { files: 0, oldestAt: file.arrivedAt };
      waiting.set(name, { files: files + 1, oldestAt: Math.min(oldestAt, file.arrivedAt) });
    }
    this.#channels = known;
    const held = (await listed(readdir(this.#heldFolder()))).filter((name) => name.endsWith('.HELD')).length;
    const byName = [...waiting].sort(([one], [other]) => (one < other ? -1 : 1));
    return { waiting: byName.map(([channel, group]) => ({ channel, ...group })), held };
  }
}
