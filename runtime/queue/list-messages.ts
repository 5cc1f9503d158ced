/*
 * Lists the mail that waits or is held. Nothing is locked: a file that is delivered meanwhile is left out.
 */
import { join } from 'node:path';
import { heldEnvelopeOf } from './held-envelope.js';
import { headOf } from './queue-envelope.js';
import { namesIn, ownFolder, ownFolderName, type QueueFolders } from './queue-folders.js';
import { readQueueName } from './queue-name.js';
import { stoppedChannels } from './stopped-channels.js';

/** Where a message is: in Haraka's queue, which includes what is on hold, or held by the policy. */
export type Place = 'queue' | 'held';

/** One file with a message. */
export interface WaitingMessage {
  readonly kind: 'message';
  readonly id: string;
  readonly place: Place;
  readonly path: string;
  /** Whether a command has put it on hold. */
  readonly isOnHold: boolean;
  /** Whether its channel is stopped. */
  readonly isStopped: boolean;
  /** Null where it is not known. */
  readonly channel: string | null;
  /** Octets of the file, envelope included. */
  readonly octets: number;
  /** Milliseconds since the epoch. */
  readonly arrivedAt: number;
  /** The empty string for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly attempts: number;
  readonly lastReply: string | null;
  /** Milliseconds since the epoch; null for what is held or on hold. */
  readonly nextAttemptAt: number | null;
}

/** A file that is not a message; nothing is ever done with it. */
export interface BrokenFile {
  readonly kind: 'broken';
  readonly path: string;
  readonly why: string;
}

export type Listed = WaitingMessage | BrokenFile;

/** Haraka's own files that are still being written. */
const unfinished = '__tmp__.';
/** Ours in the folder of held messages that are still being written. */
const passing = /\.HELD(?:\.\d+(?:\.[0-9a-f]{12})?)?\.tmp$/;
const heldEnding = '.HELD';
/** Files that are read at the same time. */
const atOnce = 16;

async function queueFile(
  path: string,
  name: string,
  isOnHold: boolean,
  stopped: ReadonlySet<string>,
): Promise<Listed | null> {
  const named = readQueueName(name);
  if (named === null) {
    const why = name.startsWith('error.')
      ? 'Haraka has set it aside, since it is cut'
      : 'its name is not that of a queue file';
    return { kind: 'broken', path, why };
  }
  const head = await headOf(path);
  if (head.kind === 'gone') return null;
  if (head.kind === 'broken') return { kind: 'broken', path, why: head.why };
  const { channel, arrivedAt, from, to, lastReply } = head.envelope;
  return {
    kind: 'message',
    id: named.id,
    place: 'queue',
    path,
    isOnHold,
    isStopped: channel !== null && stopped.has(channel),
    channel,
    octets: head.size,
    arrivedAt: arrivedAt ?? named.arrivedAt,
    from,
    to,
    attempts: named.attempts,
    lastReply,
    nextAttemptAt: isOnHold ? null : named.nextAttemptAt,
  };
}

async function heldFile(path: string, name: string): Promise<Listed | null> {
  if (!name.endsWith(heldEnding)) {
    return { kind: 'broken', path, why: 'its name is not that of a held message' };
  }
  const held = await heldEnvelopeOf(path);
  if (held.kind === 'gone') return null;
  if (held.kind === 'broken') return { kind: 'broken', path, why: held.why };
  return {
    kind: 'message',
    id: name.slice(0, -heldEnding.length),
    place: 'held',
    path,
    isOnHold: false,
    isStopped: false,
    channel: null,
    octets: held.size,
    arrivedAt: held.heldAt,
    from: held.from,
    to: held.to.map(({ address }) => address),
    attempts: 0,
    lastReply: null,
    nextAttemptAt: null,
  };
}

async function readEach(
  names: readonly string[],
  read: (name: string) => Promise<Listed | null>,
): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (let at = 0; at < names.length; at += atOnce) {
    const some = await Promise.all(names.slice(at, at + atOnce).map(read));
    for (const one of some) if (one !== null) listed.push(one);
  }
  return listed;
}

/** Lists what is in one place. Rejects where its folder exists and cannot be read. */
export async function listMessages(folders: QueueFolders, place: Place): Promise<Listed[]> {
  const folder = folders[place];
  const names = namesIn(folder);
  switch (place) {
    case 'queue': {
      const onHold = ownFolder(folder, 'onhold');
      const stopped = stoppedChannels(folder);
      const waiting = await readEach(
        names.filter((name) => !name.startsWith(unfinished) && name !== ownFolderName),
        (name) => queueFile(join(folder, name), name, false, stopped),
      );
      const resting = await readEach(namesIn(onHold), (name) =>
        queueFile(join(onHold, name), name, true, stopped),
      );
      return [...waiting, ...resting];
    }
    case 'held':
      return await readEach(
        names.filter((name) => !passing.test(name)),
        (name) => heldFile(join(folder, name), name),
      );
  }
}
