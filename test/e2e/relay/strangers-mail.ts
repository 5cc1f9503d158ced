/*
 * A stranger's mail, thousands of messages: finds which recipients a server accepts, and sends each of them a separate
 * message.
 */

import { sampleMessage } from '../support/deliver.js';
import { connect, type Reply, type SmtpClient } from '../support/smtp-client.js';

/** The sender. */
export interface Sender {
  readonly port: number;
  /** Default: a client outside. */
  readonly localAddress?: string;
}

/** The envelope From of a stranger's mail. */
export const strangersAddress = 'stranger@stranger.example';
/** The address that a stranger comes from. */
export const strangersHost = '127.0.0.2';

const connections = 4;
/** Replies are slow when a whole mail system shares two cores with its clients. */
const timeoutMs = 30_000;

async function session(sender: Sender): Promise<SmtpClient> {
  const client = await connect({
    port: sender.port,
    localAddress: sender.localAddress ?? strangersHost,
    timeoutMs,
  });
  const offer = await client.ehlo('stranger.example');
  if (/^SMTPUTF8$/m.test(offer.text)) offeringUtf8.add(client);
  return client;
}

/** Servers that take non-ASCII addresses, if MAIL says so. */
const offeringUtf8 = new WeakSet<SmtpClient>();

async function begin(client: SmtpClient): Promise<void> {
  const mail = await client.mail(strangersAddress, offeringUtf8.has(client) ? 'SMTPUTF8' : undefined);
  if (mail.code !== 250) throw new Error(`MAIL was refused: ${mail.text}`);
}

/** Distributes the addresses over a few connections; the results are in the order of the addresses. */
async function inParallel<T>(
  sender: Sender,
  addresses: readonly string[],
  serve: (client: SmtpClient, address: string) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const client = await session(sender);
    try {
      for (let index = next++; index < addresses.length; index = next++) {
        const address = addresses[index];
        if (address !== undefined) results[index] = await serve(client, address);
      }
      await client.quit();
    } finally {
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return results;
}

/** The text as one line that every server accepts: without line ends, and not too long. */
export function fitsIntoCommand(address: string): boolean {
  return !/[\0\r\n]/.test(address) && Buffer.byteLength(address) < 480;
}

/** Tries each recipient in turn, without sending anything, and returns the replies to RCPT. */
export function askRecipients(sender: Sender, addresses: readonly string[]): Promise<Reply[]> {
  const begun = new WeakSet<SmtpClient>();
  return inParallel(sender, addresses, async (client, address) => {
    if (!begun.has(client)) {
      await begin(client);
      begun.add(client);
    }
    const reply = await client.send(`RCPT TO:<${address}>`);
    if (reply.code >= 200 && reply.code < 300) {
      await client.send('RSET');
      begun.delete(client);
    }
    return reply;
  });
}

/** The reply to a message, or to the command that ended the attempt before. */
export interface Outcome {
  readonly address: string;
  readonly rcpt: Reply;
  /** Undefined if the recipient was rejected. */
  readonly data: Reply | undefined;
}

/** The header field that names the recipient a message was sent for. */
const formHeader = 'X-Asked-For';

/** A message that names its recipient, and has victims in every header field that a careless server might use. */
function messageFor(address: string): string {
  return `${formHeader}: ${Buffer.from(address).toString('hex')}
To: victim@evil.example
Cc: victim@evil.example
Bcc: victim@evil.example
Apparently-To: victim@evil.example
Resent-From: <bob@domain.com>
Resent-To: victim@evil.example
Resent-Bcc: victim@evil.example
Return-Receipt-To: victim@evil.example
Disposition-Notification-To: victim@evil.example
Errors-To: victim@evil.example
${sampleMessage('one of many').replaceAll('\r\n', '\n')}`.replaceAll('\n', '\r\n');
}

/** Returns the recipient a message was sent for; undefined for other messages. */
export function askedFor(message: Buffer): string | undefined {
  const [, hex] = /^X-Asked-For: ([0-9a-f]*)\r$/m.exec(message.toString('latin1')) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString();
}

/** Sends each recipient a separate message. */
export function sendToEach(sender: Sender, addresses: readonly string[]): Promise<Outcome[]> {
  return inParallel(sender, addresses, async (client, address) => {
    await begin(client);
    const rcpt = await client.send(`RCPT TO:<${address}>`);
    if (rcpt.code !== 250) {
      await client.send('RSET');
      return { address, rcpt, data: undefined };
    }
    return { address, rcpt, data: await client.data(messageFor(address)) };
  });
}
