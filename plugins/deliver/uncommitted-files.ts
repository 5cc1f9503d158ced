/*
 * Hold, then commit: the part of a message that goes to the durable queue is on disk before the rest is delivered, and is
 * scheduled only when the client is told 250. If the rest fails, the files are removed. A crash in between leaves the files,
 * which Haraka delivers when it restarts: perhaps twice, never not at all.
 */
import { unlink } from 'node:fs/promises';
import type { HarakaTransaction, HeldFile, OutboundQueue } from '../haraka/index.js';
import type { Eventual } from '../support/index.js';

const heldFiles = new WeakMap<HarakaTransaction, HeldFile[]>();

/** Notes a file of a transaction until it ends. */
export function holdFile(transaction: HarakaTransaction, file: HeldFile): void {
  const files = heldFiles.get(transaction);
  if (files === undefined) heldFiles.set(transaction, [file]);
  else files.push(file);
}

/** Schedules the files of a transaction that was acknowledged. */
export function commitFiles(transaction: HarakaTransaction, queue: OutboundQueue): void {
  const files = heldFiles.get(transaction) ?? [];
  heldFiles.delete(transaction);
  for (const file of files) queue.schedule(file);
}

/** Removes the files of a transaction that was not acknowledged. */
export function discardFiles(transaction: HarakaTransaction): Eventual<void> {
  const files = heldFiles.get(transaction);
  if (files === undefined) return undefined;
  heldFiles.delete(transaction);
  return removeFiles(files);
}

/** Removes files of a transaction whose copies were delivered directly. */
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
        // It is already gone.
        if (error.code !== 'ENOENT') throw error;
      });
    }),
  );
}
