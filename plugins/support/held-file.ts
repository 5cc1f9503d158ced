/*
 * Messages held for a human to look at: `NAME.HELD` in the held folder, the envelope on top. A file is on disk before anything
 * is acknowledged, and is removed when the client is not told 250.
 * Ref: PMDF 2.3.4 (holdlimit), 16.1.1
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Eventual } from '../../lib/engine/index.js';
import { writeDurably } from '../../runtime/files/index.js';
import type { HarakaTransaction } from '../haraka/index.js';
import { endTransaction, hasEnded, TransactionEnded } from './ended-transactions.js';

/** A message with its envelope; dots are not stuffed. */
export interface HeldMessage {
  /** The file's name without `.HELD`; another message of this name is replaced. */
  readonly name: string;
  /** The empty string for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly message: Buffer;
}

/** Writes a held message durably and returns the file's name. Rejects, and leaves nothing, when it cannot. */
export async function writeHeldFile(
  folder: string,
  { name, from, to, message }: HeldMessage,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.HELD`);
  const envelope = [`X-Envelope-From: ${from}`, ...to.map((one) => `X-Envelope-To: ${one}`), ''].join('\r\n');
  await writeDurably(file, Buffer.concat([Buffer.from(envelope, 'utf8'), message]), 0o600);
  return file;
}

const heldFiles = new WeakMap<HarakaTransaction, string[]>();

/**
 * Holds the message of a transaction, which is still to be acknowledged, and returns the file's name. Rejects, and leaves
 * nothing, when the transaction has ended meanwhile.
 */
export async function holdMessage(
  folder: string,
  transaction: HarakaTransaction,
  envelope: Omit<HeldMessage, 'message'>,
): Promise<string> {
  const message = await new Promise<Buffer>((resolve) => transaction.message_stream.get_data(resolve));
  const file = await writeHeldFile(folder, { ...envelope, message });
  if (hasEnded(transaction)) {
    await rm(file, { force: true });
    throw new TransactionEnded();
  }
  heldFiles.set(transaction, [...(heldFiles.get(transaction) ?? []), file]);
  return file;
}

export function keepHeldFiles(transaction: HarakaTransaction): void {
  heldFiles.delete(transaction);
}

/** Ends a transaction: removes its held files, unless it was acknowledged. */
export function dropHeldFiles(transaction: HarakaTransaction): Eventual<void> {
  endTransaction(transaction);
  const files = heldFiles.get(transaction);
  if (files === undefined) return undefined;
  heldFiles.delete(transaction);
  return Promise.all(files.map((file) => rm(file, { force: true }))).then(() => undefined);
}
