/*
 * Shows a message that the gateway itself makes to the plugins of the hook pre_send_trans_email, in which DKIM signs, as Haraka
 * shows them its own bounces.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (send_email, send_trans_email: it gives each delivery to
 * `this.process_delivery`), transaction.js (createTransaction, add_data).
 */
import { Writable } from 'node:stream';
import type { MessageText } from '../message/message-text.js';
import { Part } from '../part.js';
import type { HarakaAddress, HarakaPlugin, HarakaTransaction } from '../types.js';

interface SendingModule {
  send_trans_email(
    this: { process_delivery(paths: unknown, todo: object, mails: unknown): Promise<void> },
    transaction: object,
    next: (code: number, message?: unknown) => void,
  ): void;
}

interface MadeTransaction extends HarakaTransaction {
  add_data(line: Buffer): void;
}

interface TransactionModule {
  createTransaction(uuid: string, settings: object): MadeTransaction;
}

export const sendingModule = new Part<SendingModule>('outbound', '', ['send_trans_email']);
export const transactionModule = new Part<TransactionModule>('transaction', '', ['createTransaction']);

/** A message that is about to be written into the queue. */
export interface OwnMail {
  readonly from: HarakaAddress;
  readonly recipient: HarakaAddress;
  readonly uuid: string;
  /** In the form in which it is sent. */
  readonly text: MessageText;
}

/** Gives the message as the plugins left it. Rejects when it cannot be read. */
export type ShowToPlugins = (mail: OwnMail) => Promise<MessageText>;

const lineFeed = 0x0a;

/** Gives each line, with its end, to a transaction. */
class IntoTransaction extends Writable {
  readonly #transaction: MadeTransaction;
  #rest: Buffer = Buffer.alloc(0);

  constructor(transaction: MadeTransaction) {
    super();
    this.#transaction = transaction;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      const line = chunk.subarray(from, end + 1);
      this.#transaction.add_data(this.#rest.length === 0 ? line : Buffer.concat([this.#rest, line]));
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    if (from < chunk.length) this.#rest = Buffer.concat([this.#rest, chunk.subarray(from)]);
    done();
  }

  override _final(done: () => void): void {
    if (this.#rest.length > 0) this.#transaction.add_data(this.#rest);
    this.#transaction.message_stream.add_line_end(done);
  }
}

async function fill(transaction: MadeTransaction, text: MessageText): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const into = new IntoTransaction(transaction);
    into.once('finish', resolve);
    into.once('error', reject);
    text.pipe(into, { dot_stuffed: false });
  });
}

/** Makes the function; throws when this Haraka lacks a function. */
export function showToPlugins(plugin: HarakaPlugin): ShowToPlugins {
  const outbound = sendingModule.in(plugin);
  const { createTransaction } = transactionModule.in(plugin);
  return async ({ from, recipient, uuid, text }) => {
    const transaction = createTransaction(uuid, {});
    transaction.mail_from = from;
    transaction.rcpt_to = [recipient];
    await fill(transaction, text);
    await new Promise<void>((resolve, reject) => {
      const shown = { process_delivery: async () => resolve() };
      outbound.send_trans_email.call(shown, transaction, (_code, message) => {
        // Without effect once the plugins have seen it.
        reject(new Error(String(message)));
      });
    });
    return transaction.message_stream;
  };
}
