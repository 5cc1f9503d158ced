/*
 * What waits: the files in Haraka's queue by the channel that they leave on, and the held messages.
 */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

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
const longestEnvelope = 1_000_000;

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Haraka makes its folders when it needs them.
    return [];
  }
}

/** The channel in the notes of a file: four octets of length, then the envelope as JSON. */
async function channelIn(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return unknownChannel;
  try {
    const { buffer: head } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const length = Math.min(head.readUInt32BE(0), longestEnvelope);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, 4);
    const envelope: unknown = JSON.parse(buffer.toString('utf8'));
    const notes: unknown = Reflect.get(Object(envelope), 'notes');
    const channel: unknown = Reflect.get(Object(Reflect.get(Object(notes), 'pmdf')), 'channel');
    return typeof channel === 'string' ? channel : unknownChannel;
  } catch {
    return unknownChannel;
  } finally {
    await file.close();
  }
}

export class QueueReader {
  readonly #queueFolder: string;
  readonly #heldFolder: () => string;
  /** By the part of a file's name that stays from attempt to attempt. */
  #channels = new Map<string, string>();

  constructor(queueFolder: string, heldFolder: () => string) {
    this.#queueFolder = queueFolder;
    this.#heldFolder = heldFolder;
  }

  /** Never rejects; a folder that does not exist is empty. */
  async state(): Promise<QueueState> {
    const names = (await namesIn(this.#queueFolder)).filter((name) => /^\d+_/.test(name));
    const known = new Map<string, string>();
    const waiting = new Map<string, { files: number; oldestAt: number }>();
    let left = mostRead;
    for (const name of names) {
      const [arrived = '', , , , tag = ''] = name.split('_');
      const key = `${arrived}_${tag}`;
      let channel = this.#channels.get(key);
      if (channel === undefined && left > 0) {
        left -= 1;
        channel = await channelIn(join(this.#queueFolder, name));
      }
      if (channel !== undefined) known.set(key, channel);
      const at = Number(arrived);
      const group = waiting.get(channel ?? unknownChannel) ?? { files: 0, oldestAt: at };
      waiting.set(channel ?? unknownChannel, {
        files: group.files + 1,
        oldestAt: Math.min(group.oldestAt, at),
      });
    }
    this.#channels = known;
    const held = (await namesIn(this.#heldFolder())).filter((name) => name.endsWith('.HELD')).length;
    const byName = [...waiting].sort(([one], [other]) => (one < other ? -1 : 1));
    return { waiting: byName.map(([channel, group]) => ({ channel, ...group })), held };
  }
}
