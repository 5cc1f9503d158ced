/*
 * Releases and deletes messages that the policy has held. A released one becomes queue files on hold, one for each recipient, in
 * steps that a crash may part, and that `finishDrafts` finishes or takes back:
 *   1. all files are written to the folder of drafts, as HASH--QUEUENAME with a hash of the held message's name
 *   2. NAME.HELD is removed: from here on the drafts are the message
 *   3. each draft goes on hold under its name
 * The files are on the process channel, where their recipients are decided on as those of mail that nothing holds again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { rename, rm, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { asciiDomain } from '../../lib/address/index.js';
import { asksNothing } from '../../lib/notary/index.js';
import { processChannel } from '../../lib/policy/index.js';
import { commandPatience, errorName, isAlive, syncFolderLater, withFileLock } from '../files/index.js';
import { type HeldRecipient, heldEnvelopeOf, type ReadHeld } from './held-envelope.js';
import { openQueueFile } from './queue-envelope.js';
import { heldLock, makeOwnFolders, namesIn, ownFolder, type QueueFolders } from './queue-folders.js';
import { readQueueName } from './queue-name.js';
import { headFor, writeQueueFile } from './write-queue-file.js';

/** What became of a held message. */
export type HeldResult =
  /** `ids`: the messages on hold that it became; none for one that was deleted. */
  | { readonly kind: 'done'; readonly ids: readonly string[] }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly why: string };

const ending = '.HELD';
const draftForm = /^([0-9a-f]{32})--(.+)$/;
const temporaryForm = /\.(\d+)\.[0-9a-f]{12}\.tmp$/;
const hashLength = 32;

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, hashLength);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** An address as Haraka writes it. */
function addressFor(address: string): object {
  if (address === '') return { original: '<>', original_host: '', host: '', user: '' };
  const host = domainOf(address);
  const user = address.slice(0, Math.max(0, address.length - host.length - 1));
  return { original: `<${address}>`, original_host: host, host: asciiDomain(host) ?? host, user };
}

/** The envelope of the queue file for one recipient. */
function envelopeFor(
  { from, declared, isExpanded }: ReadHeld,
  { address, notary }: HeldRecipient,
  { uuid, message, now }: { readonly uuid: string; readonly message: string | null; readonly now: number },
): object {
  const isNothing = asksNothing(declared.notary, [notary]);
  const pmdf = {
    channel: processChannel,
    address,
    released: isExpanded ? 'expanded' : 'named',
    ...(message === null ? {} : { message }),
    ...(isNothing ? {} : { notary: { message: declared.notary, recipients: [[address, notary]] } }),
    ...(declared.eightBit ? { eightBit: true } : {}),
    ...(declared.smtputf8 ? { smtputf8: true } : {}),
  };
  return {
    queue_time: now,
    domain: domainOf(address),
    rcpt_to: [addressFor(address)],
    mail_from: addressFor(from),
    notes: { pmdf },
    uuid,
    force_tls: false,
  };
}

function hostInName(): string {
  return hostname().replace(/[\\:_/]/g, '-');
}

/** Writes the drafts of a held message; their ids. Rejects with errors of the file system. */
async function writeDrafts(
  { queue }: QueueFolders,
  held: ReadHeld,
  path: string,
  now: number,
): Promise<readonly string[]> {
  const drafts = ownFolder(queue, 'drafts');
  const { uid, gid } = await stat(queue);
  const name = basename(path, ending);
  const ids: string[] = [];
  const file = await openQueueFile(path);
  try {
    for (const recipient of held.to) {
      const number = ids.length + 1;
      const unique = randomBytes(5).toString('hex');
      const queueName = [now, now, 0, process.pid, unique, number, hostInName()].join('_');
      const message = held.to.length > 1 ? name : null;
      const envelope = envelopeFor(held, recipient, { uuid: `${name}.${number}`, message, now });
      await writeQueueFile(
        join(drafts, `${hashOf(basename(path))}--${queueName}`),
        headFor(envelope),
        { file, start: held.messageAt, isPlain: true },
        { uid, gid, mode: 0o644 },
      );
      ids.push(`${now}_${unique}`);
    }
  } finally {
    await file.close();
  }
  await syncFolderLater(drafts);
  return ids;
}

async function removeDrafts({ queue }: QueueFolders, name: string): Promise<void> {
  const drafts = ownFolder(queue, 'drafts');
  for (const one of namesIn(drafts)) {
    if (one.startsWith(`${hashOf(name)}--`)) await rm(join(drafts, one), { force: true });
  }
}

/** Finishes or takes back what is among the drafts. Only under the lock. Rejects with errors of the file system. */
async function settleDrafts({ queue, held }: QueueFolders): Promise<void> {
  const drafts = ownFolder(queue, 'drafts');
  const names = namesIn(drafts);
  if (names.length === 0) return;
  const onHold = ownFolder(queue, 'onhold');
  const kept = new Set(namesIn(held).map(hashOf));
  for (const name of names) {
    const path = join(drafts, name);
    const [, hash = '', queueName = ''] = draftForm.exec(name) ?? [];
    const [, writer] = temporaryForm.exec(name) ?? [];
    if (writer !== undefined) {
      if (!isAlive(Number(writer))) await rm(path, { force: true });
    } else if (kept.has(hash)) await rm(path, { force: true });
    else if (readQueueName(queueName) !== null) await rename(path, join(onHold, queueName));
  }
  await syncFolderLater(onHold);
}

/** Finishes or takes back what a killed process left. Rejects with LockHeld and errors of the file system. */
export async function finishDrafts(folders: QueueFolders): Promise<void> {
  if (namesIn(ownFolder(folders.queue, 'drafts')).length === 0) return;
  await withFileLock(heldLock(folders.queue), commandPatience, () => settleDrafts(folders));
}

async function removeHeld(folder: string, path: string): Promise<HeldResult> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorName(error) === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
  await syncFolderLater(folder);
  return { kind: 'done', ids: [] };
}

/** Under the lock of held messages, with what a killed process left done. */
async function withHeld<T>(folders: QueueFolders, work: () => Promise<T>): Promise<T> {
  makeOwnFolders(folders.queue);
  return await withFileLock(heldLock(folders.queue), commandPatience, async () => {
    await settleDrafts(folders);
    return await work();
  });
}

/** Deletes a held message. Rejects with LockHeld and errors of the file system. */
export async function deleteHeld(folders: QueueFolders, path: string): Promise<HeldResult> {
  return await withHeld(folders, () => removeHeld(folders.held, path));
}

const uncounted =
  'a former version has held it, and its file does not say where the envelope ends; send it on by hand';

/** Puts a held message on hold in the queue. Rejects with LockHeld and errors of the file system; then it is still held. */
export async function requeueHeld(folders: QueueFolders, path: string, now: number): Promise<HeldResult> {
  return await withHeld(folders, async () => {
    const held = await heldEnvelopeOf(path);
    if (held.kind === 'gone') return held;
    if (held.kind === 'broken') return { kind: 'failed', why: held.why };
    if (!held.isCounted) return { kind: 'failed', why: uncounted };
    let ids: readonly string[] = [];
    try {
      ids = await writeDrafts(folders, held, path, now);
      const removed = await removeHeld(folders.held, path);
      if (removed.kind === 'gone') {
        await removeDrafts(folders, basename(path));
        return removed;
      }
    } finally {
      // Where the message is still held, this removes its drafts.
      await settleDrafts(folders);
    }
    return { kind: 'done', ids };
  });
}
