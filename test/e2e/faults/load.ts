/*
 * A load of concurrent SMTP sessions, each sending one numbered message after another, and a record of the replies. A
 * session whose connection breaks reconnects and continues with the next message: a message that got no answer is not
 * sent again, so every second arrival was caused after the gateway.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { connect, type SmtpClient } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { numberedMessage } from './numbered-message.js';

const COME_BACK_LIMIT_MS = 60_000;
/** A connection that the master passed to a worker that is then killed stays open, and nobody serves it. */
const GREETING_LIMIT_MS = 3_000;
const LONG_MESSAGE = 100_000;
const ONE_IN_MESSAGES_IS_LONG = 7;

/** The reply to a message: a code, or nothing. */
export type Told = number | 'nothing';

/** One message and its result at the client. */
export interface SentMessage {
  readonly number: number;
  readonly recipients: readonly string[];
  /** How far the client is: the text is `sent` once its end has been written. */
  state: 'begun' | 'sent' | 'told';
  told: Told;
}

/** A running load. */
export interface Load {
  /** Every message begun so far. */
  readonly messages: readonly SentMessage[];
  acknowledged(): SentMessage[];
  /** Messages that were sent completely, and whose sender waits for the answer. */
  waiting(): SentMessage[];
  /** Calls back at every step of every session. */
  onStep(listener: (() => void) | undefined): void;
  /** Ends every session after its present message. */
  stop(): Promise<void>;
}

/** What to send, from where, and where to. */
export interface LoadOptions {
  readonly port: number;
  readonly sessions: number;
  readonly localAddress: string;
  /** The recipients of a message, which all are accepted. */
  readonly recipientsOf: (number: number) => readonly string[];
  /** How long each session rests between two messages; default 0, as much load as the gateway takes. */
  readonly restMs?: number;
}

/** Starts the load. */
export function startLoad({ port, sessions, localAddress, recipientsOf, restMs = 0 }: LoadOptions): Load {
  const messages: SentMessage[] = [];
  let stopping = false;
  let listener: (() => void) | undefined;
  const step = (): void => listener?.();

  async function sendOne(client: SmtpClient, message: SentMessage): Promise<void> {
    const expect = async (line: string, code: number): Promise<boolean> => {
      const reply = await client.send(line);
      step();
      if (reply.code === code) return true;
      message.state = 'told';
      message.told = reply.code;
      await client.send('RSET');
      return false;
    };
    if (!(await expect(`MAIL FROM:<sender${message.number}@client.example>`, 250))) return;
    for (const recipient of message.recipients) if (!(await expect(`RCPT TO:<${recipient}>`, 250))) return;
    if (!(await expect('DATA', 354))) return;
    const size = message.number % ONE_IN_MESSAGES_IS_LONG === 0 ? LONG_MESSAGE : 0;
    client.sendRaw(Buffer.from(`${numberedMessage(message.number, size)}.\r\n`));
    message.state = 'sent';
    step();
    const reply = await client.readReply('a reply to the message');
    message.state = 'told';
    message.told = reply.code;
    step();
  }

  async function sendMany(client: SmtpClient): Promise<void> {
    await client.ehlo();
    while (!stopping) {
      const number = messages.length + 1;
      const message: SentMessage = {
        number,
        recipients: recipientsOf(number),
        state: 'begun',
        told: 'nothing',
      };
      messages.push(message);
      try {
        await sendOne(client, message);
      } finally {
        message.state = 'told';
      }
      if (restMs > 0) await pause(restMs);
    }
    await client.quit();
  }

  const open = (): Promise<SmtpClient | undefined> =>
    connect({ port, localAddress, greetingTimeoutMs: GREETING_LIMIT_MS }).catch(() => undefined);

  /** Resolves when the gateway greets again; all sessions wait for the same connection. */
  let coming: Promise<void> | undefined;
  function untilItGreets(): Promise<void> {
    coming ??= until(
      async () => {
        const client = await open();
        await client?.close();
        return client !== undefined || stopping;
      },
      COME_BACK_LIMIT_MS,
      () => `a greeting on port ${port}`,
    ).finally(() => {
      coming = undefined;
    });
    return coming;
  }

  async function session(): Promise<void> {
    while (!stopping) {
      const client = await open();
      if (client === undefined) await untilItGreets();
      // Broken connections are part of the test; the replies are recorded.
      else await sendMany(client).catch(() => undefined);
      await client?.close();
    }
  }

  const running = Promise.all(Array.from({ length: sessions }, session));
  return {
    messages,
    acknowledged: () => messages.filter(({ told }) => told === 250),
    waiting: () => messages.filter(({ state }) => state === 'sent'),
    onStep: (wanted) => {
      listener = wanted;
    },
    stop: async () => {
      stopping = true;
      await running;
    },
  };
}
