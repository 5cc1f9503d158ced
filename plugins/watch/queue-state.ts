/*
 * What waits: the files in Haraka's queue by the channel that they leave on, and the held messages.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { notesInFile, type WaitingFile, waitingFiles } from '../haraka/index.js';
import { channelIn } from '../support/index.js';

/** The files that wait for one channel. */
export interface Waiting {
  readonly channel: string;
  readonly files: number;
  /** When the oldest came, in milliseconds since the epoch. */
  readonly oldestAt: number;
}

/** A message that is held. */
export interface Held {
  /** The name of its file. */
  readonly name: string;
  /** Since when, in milliseconds since the epoch. */
  readonly at: number;
  readonly octets: number;
}

export interface QueueState {
  readonly waiting: readonly Waiting[];
  readonly held: number;
  /** The newest of them. */
  readonly newestHeld: readonly Held[];
}

/** Files of others, files that cannot be read, and those that are more than `mostRead`. */
const unknownChannel = 'unknown';
/** Files that are opened for one answer. */
const mostRead = 2_000;
const heldShown = 50;

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
  /** By the names of files. */
  #held = new Map<string, Held>();

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
    const held = await this.#readHeld();
    const byName = [...waiting].sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      waiting: byName.map(([channel, group]) => ({ channel, ...group })),
      held: held.length,
      newestHeld: held
        .filter((one) => one !== null)
        .sort((one, other) => other.at - one.at)
        .slice(0, heldShown),
    };
  }

  /** What is held; null for a message that was not looked at. A file that is complete does not change. */
  async #readHeld(): Promise<readonly (Held | null)[]> {
    const folder = this.#heldFolder();
    const names = (await listed(readdir(folder))).filter((name) => name.endsWith('.HELD'));
    const known = new Map<string, Held>();
    let left = mostRead;
    for (const name of names) {
      let one = this.#held.get(name);
      if (one === undefined && left > 0) {
        left -= 1;
        const stats = await stat(join(folder, name)).catch(() => null);
        if (stats !== null) one = { name, at: stats.mtimeMs, octets: stats.size };
      }
      if (one !== undefined) known.set(name, one);
    }
    this.#held = known;
    return names.map((name) => known.get(name) ?? null);
  }
}
