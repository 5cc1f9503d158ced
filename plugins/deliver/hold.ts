/*
 * Hold, then commit: the part of a message that goes to the durable queue is on disk before the other part is handed
 * on, and is scheduled only when the client is told 250. When the other part fails, the files are removed.
 * Between the two steps a crash leaves the files, which Haraka delivers when it starts again: twice perhaps, never not.
 */
import { unlink } from 'node:fs/promises';
import type { HeldFile, OutboundQueue } from '../haraka/queue/outbound-queue.js';
import type { HarakaTransaction } from '../haraka/types.js';

const heldFiles = new WeakMap<HarakaTransaction, HeldFile[]>();

/** Remembers files of a transaction until it ends. */
export function holdFile(transaction: HarakaTransaction, file: HeldFile): void {
  const files = heldFiles.get(transaction);
  if (files === undefined) heldFiles.set(transaction, [file]);
  else files.push(file);
}

/** The files that a transaction holds. */
export function heldBy(transaction: HarakaTransaction): readonly HeldFile[] {
  return heldFiles.get(transaction) ?? [];
}

/** Schedules the files of a transaction that was acknowledged. */
export function commitFiles(transaction: HarakaTransaction, queue: OutboundQueue): number {
  const files = heldFiles.get(transaction) ?? [];
  heldFiles.delete(transaction);
  for (const file of files) queue.schedule(file);
  return files.length;
}

/** Removes the files of a transaction that was not acknowledged. */
export async function discardFiles(transaction: HarakaTransaction): Promise<void> {
  const files = heldFiles.get(transaction) ?? [];
  heldFiles.delete(transaction);
  await removeFiles(files);
}

/** Removes some files of a transaction whose copies were delivered in another way. */
export async function dropFiles(transaction: HarakaTransaction, gone: readonly HeldFile[]): Promise<void> {
  const files = heldFiles.get(transaction) ?? [];
  heldFiles.set(
    transaction,
    files.filter((one) => !gone.includes(one)),
  );
  await removeFiles(gone);
}

/** Removes queue files that were not scheduled. */
export async function removeFiles(files: readonly HeldFile[]): Promise<void> {
  await Promise.all(
    files.map(async ({ path }) => {
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        // Gone already is what was wanted.
        if (error.code !== 'ENOENT') throw error;
      });
    }),
  );
}
