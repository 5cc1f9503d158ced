/*
 * Sends one message to an SMTP server in one connection and reports the reply to each command.
 */

import { type ConnectOptions, connect, type Reply } from './smtp-client.js';

/** A message and its envelope. */
export interface Delivery extends ConnectOptions {
  readonly hello?: string;
  /** Envelope From; empty for the null sender. */
  readonly from: string;
  /** Envelope To, one RCPT each. */
  readonly to: readonly string[];
  /** The message; without it the dialogue ends after the last RCPT. */
  readonly message?: string | Buffer;
}

/** The replies, as far as the session got: without an accepted recipient there is no DATA. */
export interface DeliveryReplies {
  readonly ehlo: Reply;
  readonly mail: Reply;
  /** One for each recipient, in their order; none after a refused MAIL. */
  readonly rcpt: readonly Reply[];
  readonly data: Reply | undefined;
}

/** A small message identified by its subject. */
export function sampleMessage(subject: string): string {
  return `From: <sender@client.example>\r\nTo: <undisclosed@client.example>\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;
}

/** SMTPUTF8, where an address needs it. */
export function utf8For(...addresses: readonly string[]): 'SMTPUTF8' | undefined {
  return addresses.some((one) => /[^\x00-\x7f]/.test(one)) ? 'SMTPUTF8' : undefined;
}

/** Sends a message; rejects only if the connection fails, never for a negative reply. */
export async function deliver(delivery: Delivery): Promise<DeliveryReplies> {
  const client = await connect(delivery);
  try {
    const ehlo = await client.ehlo(delivery.hello);
    const mail = await client.mail(delivery.from, utf8For(delivery.from, ...delivery.to));
    const rcpt: Reply[] = [];
    if (mail.code === 250) for (const recipient of delivery.to) rcpt.push(await client.rcpt(recipient));
    const isAccepted = rcpt.some((reply) => reply.code === 250);
    const data =
      isAccepted && delivery.message !== undefined ? await client.data(delivery.message) : undefined;
    await client.quit();
    return { ehlo, mail, rcpt, data };
  } finally {
    await client.close();
  }
}
