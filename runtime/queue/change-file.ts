/*
 * Holds, releases, returns and deletes one file of Haraka's queue, or one on hold. Only for the caller that has the file alone: the process
 * that would deliver it, or a command while no Haraka runs. Each step leaves the message in exactly one place.
 * Ref: PMDF qm (hold, release, return, delete)
 */
import { rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorName, syncFolderLater, temporaryPath } from '../files/index.js';
import { type Head, openQueueFile, type ReadHead, readHead } from './queue-envelope.js';
import { makeOwnFolders, ownFolder } from './queue-folders.js';
import { queueNameAt } from './queue-name.js';
import { headFor, writeQueueFile } from './write-queue-file.js';

export const actions = ['hold', 'release', 'return', 'delete'] as const;
export type Action = (typeof actions)[number];

/** What became of a file. */
export type Changed =
  /** `queued`: the name of the queue file that is to be tried at once. */
  | { readonly kind: 'done'; readonly queued: string | null }
  /** It was delivered, or another command was faster. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly why: string };

/** Where a queue file is. */
export interface PlacedFile {
  readonly queue: string;
  readonly name: string;
  readonly isOnHold: boolean;
}

/** What the sender of a returned message is told. Ref: RFC 3463 3.8 */
export const returnedReply = {
  code: 550,
  enhanced: '5.7.1',
  text: 'the postmaster has returned the message',
};

const done: Changed = { kind: 'done', queued: null };

/** The envelope of a file with a note by which pmdf/deliver returns the message instead of sending it. */
function refusedEnvelope({ envelope }: ReadHead): object {
  const notes: unknown = Reflect.get(envelope.json, 'notes');
  const all = typeof notes === 'object' && notes !== null ? notes : {};
  const own: unknown = Reflect.get(all, 'pmdf');
  const isOwn = typeof own === 'object' && own !== null && envelope.channel !== null && 'address' in own;
  const noted = isOwn ? own : { channel: 'process', address: envelope.to[0] ?? '' };
  return { ...envelope.json, notes: { ...all, pmdf: { ...noted, refusal: returnedReply } } };
}

/** Replaces a file by one with that note. */
async function noteRefusal(queue: string, path: string, name: string): Promise<Head> {
  const file = await openQueueFile(path);
  try {
    const head = await readHead(file);
    if (head.kind !== 'read') return head;
    makeOwnFolders(queue);
    const written = temporaryPath(join(ownFolder(queue, 'drafts'), name));
    const message = { file, start: head.messageAt, isPlain: false };
    await writeQueueFile(written, headFor(refusedEnvelope(head)), message, await file.stat());
    try {
      await rename(written, path);
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
    return head;
  } finally {
    await file.close();
  }
}

/** Brings a change to disk; a crash may undo one that cannot be brought there. */
async function settle(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await syncFolderLater(folder).catch(() => undefined);
}

async function change(action: Action, { queue, name, isOnHold }: PlacedFile, now: number): Promise<Changed> {
  const onHold = ownFolder(queue, 'onhold');
  const folder = isOnHold ? onHold : queue;
  const path = join(folder, name);
  const queued = queueNameAt(name, now, process.pid);
  switch (action) {
    case 'hold':
      if (isOnHold) return done;
      makeOwnFolders(queue);
      await rename(path, join(onHold, name));
      await settle(onHold, queue);
      return done;
    case 'delete':
      await unlink(path);
      await settle(folder);
      return done;
    case 'return': {
      const head = await noteRefusal(queue, path, name);
      if (head.kind === 'gone') return head;
      if (head.kind === 'broken') return { kind: 'failed', why: head.why };
      if (isOnHold) break;
      // From here on it is another file, whatever its name.
      const renamed = await rename(path, join(queue, queued)).then(
        () => queued,
        () => name,
      );
      await settle(queue);
      return { kind: 'done', queued: renamed };
    }
    case 'release':
      break;
  }
  await rename(path, join(queue, queued));
  await settle(queue, ...(isOnHold ? [onHold] : []));
  return { kind: 'done', queued };
}

/** Changes a file that nobody else uses. Rejects with errors of the file system, after which the file is as it was. */
export async function changeFile(action: Action, file: PlacedFile, now: number): Promise<Changed> {
  try {
    return await change(action, file, now);
  } catch (error) {
    if (errorName(error) === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
}
