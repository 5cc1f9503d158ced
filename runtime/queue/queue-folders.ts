/*
 * Where mail waits:
 *   queue/                 Haraka's queue
 *   queue/pmdf/onhold/     queue files on hold, under their names
 *   queue/pmdf/drafts/     queue files that are being made of held messages
 *   queue/pmdf/stopped/    one empty file for each stopped channel, named like it
 *   queue/pmdf/processes/  the sockets of the Haraka processes that use the queue
 *   held/                  messages that the policy has held, `NAME.HELD`
 * What has to be renamed in one step is below the queue, on the same file system.
 */
import { chownSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorName } from '../files/index.js';

/** The folders of one install. */
export interface QueueFolders {
  /** Haraka's queue. */
  readonly queue: string;
  /** The messages that the policy has held. */
  readonly held: string;
}

/** The name of our folder in the queue. */
export const ownFolderName = 'pmdf';

const ownFolders = ['onhold', 'drafts', 'stopped', 'processes'] as const;

/** One of our folders in a queue. */
export function ownFolder(queue: string, name: (typeof ownFolders)[number]): string {
  return join(queue, ownFolderName, name);
}

/** The file under whose lock the queue is changed while no Haraka runs. */
export function queueLock(queue: string): string {
  return join(queue, ownFolderName, 'queue');
}

/** The file under whose lock held messages are changed. */
export function heldLock(queue: string): string {
  return join(queue, ownFolderName, 'held');
}

const onlyOwner = 0o700;

/** Makes one folder for the account of the one above. Throws where there is something else, such as a link. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, onlyOwner);
  } catch (error) {
    if (errorName(error) !== 'EEXIST') throw error;
    if (!lstatSync(path).isDirectory()) throw new Error(`\`${path}\` is not a folder`);
    return;
  }
  const { uid, gid } = statSync(dirname(path));
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
}

/** Makes our folders in a queue, which must exist. Throws errors of the file system. */
export function makeOwnFolders(queue: string): void {
  makeOne(join(queue, ownFolderName));
  for (const name of ownFolders) makeOne(ownFolder(queue, name));
}

/** The names in a folder, sorted; none where it does not exist. Throws errors of the file system. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errorName(error) === 'ENOENT') return [];
    throw error;
  }
}
