/*
 * Recipients whose entry said hold (`$H`) or bitbucket (`$B`): they leave the transaction before any queue sees it.
 * A held message is on disk, as `<uuid>.HELD` in the held folder, before anything is acknowledged.
 * Ref: PMDF 16.1.1
 */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noEffects } from '../../lib/index.js';
import { senderDecision } from '../support/decisions.js';
import { gateway } from '../support/gateway.js';
import type { HarakaAddress, HarakaConnection, HarakaPlugin, HarakaTransaction } from '../support/haraka.js';
import { type HookAnswer, proceed, succeed } from '../support/respond.js';
import { addressLike, transactionState } from '../support/session.js';

const heldFiles = new WeakMap<HarakaTransaction, string>();

/** Forgets the held file of a transaction that is acknowledged. */
export function keepHeldFile(transaction: HarakaTransaction): void {
  heldFiles.delete(transaction);
}

/** Removes the held file of a transaction that was not acknowledged. */
export async function dropHeldFile(transaction: HarakaTransaction): Promise<void> {
  const file = heldFiles.get(transaction);
  heldFiles.delete(transaction);
  if (file !== undefined) await rm(file, { force: true });
}

function messageOf(transaction: HarakaTransaction): Promise<Buffer> {
  return new Promise((resolve) => {
    transaction.message_stream.get_data(resolve);
  });
}

/** Writes message and envelope into the held folder and returns the file's name. */
async function hold(
  folder: string,
  transaction: HarakaTransaction,
  from: string,
  to: readonly string[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${transaction.uuid}.HELD`);
  const envelope = [`X-Envelope-From: ${from}`, ...to.map((one) => `X-Envelope-To: ${one}`), ''].join('\r\n');
  const message = await messageOf(transaction);
  const written = await open(`${file}.tmp`, 'wx', 0o600);
  try {
    await written.writeFile(Buffer.concat([Buffer.from(envelope, 'utf8'), message]));
    await written.sync();
  } finally {
    await written.close();
  }
  await rename(`${file}.tmp`, file);
  heldFiles.set(transaction, file);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return file;
}

/** Puts a replaced sender in place; takes held and discarded recipients out, and answers when nobody is left. */
export async function setAside(plugin: HarakaPlugin, connection: HarakaConnection): Promise<HookAnswer> {
  const { transaction } = connection;
  if (transaction === null) throw new Error('the transaction is gone');
  const { policy, recipients } = transactionState(connection, transaction);
  const sender = await senderDecision(connection);
  if (sender.replaced) transaction.mail_from = addressLike(transaction.mail_from, sender.envelopeFrom);
  const held: HarakaAddress[] = [];
  const kept: HarakaAddress[] = [];
  for (const recipient of transaction.rcpt_to) {
    const effects = recipients.get(recipient)?.effects ?? noEffects;
    if (effects.hold || sender.effects.hold) held.push(recipient);
    else if (!effects.bitbucket && !sender.effects.bitbucket) kept.push(recipient);
  }
  if (kept.length === transaction.rcpt_to.length) return proceed;
  if (held.length > 0) {
    const addresses = held.map((one) => recipients.get(one)?.address ?? one.address);
    const file = await hold(gateway().heldFolder(policy), transaction, sender.envelopeFrom, addresses);
    connection.lognotice(plugin, `held for ${held.length} recipients in ${file}`);
  }
  const discarded = transaction.rcpt_to.length - kept.length - held.length;
  if (discarded > 0) connection.lognotice(plugin, `discarded for ${discarded} recipients`);
  if (kept.length === 0) return succeed(held.length > 0 ? 'message held' : 'message accepted');
  transaction.rcpt_to = kept;
  return proceed;
}
