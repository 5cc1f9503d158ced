/*
 * Messages held for a human to look at: `NAME.HELD` in the held folder, the envelope on top. Its first line counts the others,
 * since the message may begin with lines like them. What was declared and asked for with an address is on a line after it. A file is on disk before anything is acknowledged, and is removed when the client is not
 * told 250.
 *   X-Envelope-Lines: 4
 *   X-Envelope-From: ann@a.example
 *   X-Envelope-Parameters: RET=HDRS ENVID=QQ1
 *   X-Envelope-To: bob@b.example
 *   X-Envelope-Parameters: NOTIFY=SUCCESS,FAILURE
 * Ref: PMDF 2.3.4 (holdlimit), 16.1.1
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Eventual } from '../../lib/engine/index.js';
import {
  type MailParameters,
  mailParameters,
  offeredExtensions,
  type RecipientNotary,
  rcptParameters,
} from '../../lib/notary/index.js';
import { writeDurably } from '../../runtime/files/index.js';
import type { HarakaTransaction } from '../haraka/index.js';
import { endTransaction, hasEnded, TransactionEnded } from './ended-transactions.js';

/** A recipient of a held message, and what was asked for it. */
export interface HeldRecipient {
  readonly address: string;
  readonly notary: RecipientNotary;
}

/** A message with its envelope; dots are not stuffed. */
export interface HeldMessage {
  /** The file's name without `.HELD`; another message of this name is replaced. */
  readonly name: string;
  /** The empty string for the null sender. */
  readonly from: string;
  /** What was declared of the message at MAIL. */
  readonly declared: Omit<MailParameters, 'size'>;
  readonly to: readonly HeldRecipient[];
  /** Whether aliases and FORWARD have been applied to the recipients. */
  readonly isExpanded?: boolean;
  readonly message: Buffer;
}

/** A server that gets all parameters that are kept. */
const everything = offeredExtensions(['DSN', '8BITMIME', 'SMTPUTF8']);

function parameterLine(parameters: string): string[] {
  return parameters === '' ? [] : [`X-Envelope-Parameters:${parameters}`];
}

function envelopeLines({ from, declared, to, isExpanded = false }: Omit<HeldMessage, 'message'>): string[] {
  const lines = [
    `X-Envelope-From: ${from}`,
    ...(isExpanded ? ['X-Envelope-Expanded: yes'] : []),
    ...parameterLine(mailParameters(everything, { ...declared, size: null })),
    ...to.flatMap(({ address, notary }) => [
      `X-Envelope-To: ${address}`,
      ...parameterLine(rcptParameters(everything, notary)),
    ]),
  ];
  return [`X-Envelope-Lines: ${lines.length}`, ...lines];
}

function heldPath(folder: string, name: string): string {
  return join(folder, `${name}.HELD`);
}

/** Writes a held message durably and returns the file's name. Rejects, and leaves nothing, when it cannot. */
export async function writeHeldFile(folder: string, { message, ...envelope }: HeldMessage): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = heldPath(folder, envelope.name);
  const lines = envelopeLines(envelope).map((line) => `${line}\r\n`);
  await writeDurably(file, Buffer.concat([Buffer.from(lines.join(''), 'utf8'), message]), 0o600);
  return file;
}

const heldFiles = new WeakMap<HarakaTransaction, string[]>();
/** All files of transactions that are still to be acknowledged. */
const unanswered = new Set<string>();

/** The held files that are removed if their clients are not told 250. */
export function unansweredFiles(): readonly string[] {
  return [...unanswered];
}

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
  const path = heldPath(folder, envelope.name);
  unanswered.add(path);
  const file = await writeHeldFile(folder, { ...envelope, message }).catch((error: unknown) => {
    unanswered.delete(path);
    throw error;
  });
  if (hasEnded(transaction)) {
    await rm(file, { force: true });
    unanswered.delete(file);
    throw new TransactionEnded();
  }
  heldFiles.set(transaction, [...(heldFiles.get(transaction) ?? []), file]);
  return file;
}

export function keepHeldFiles(transaction: HarakaTransaction): void {
  for (const file of heldFiles.get(transaction) ?? []) unanswered.delete(file);
  heldFiles.delete(transaction);
}

/** Ends a transaction: removes its held files, unless it was acknowledged. */
export function dropHeldFiles(transaction: HarakaTransaction): Eventual<void> {
  endTransaction(transaction);
  const files = heldFiles.get(transaction);
  if (files === undefined) return undefined;
  heldFiles.delete(transaction);
  const drop = async (file: string): Promise<void> => {
    await rm(file, { force: true });
    unanswered.delete(file);
  };
  return Promise.all(files.map(drop)).then(() => undefined);
}
