/*
 * A sink that counts: each message of the load contains a number, and the sink counts how often each number arrived for
 * each recipient before it answers. It can defer the first attempt of chosen messages, as a busy server does.
 */

import net from 'node:net';
import { type SinkMessage, type SinkReply, SinkSession } from '../support/sink-session.js';
import { numberOf } from './numbered-message.js';

/** A running sink and what it counted. */
export interface CountingSink {
  readonly port: number;
  /** How often the message arrived for the recipient. */
  count(number: number, recipient: string): number;
  /** Every arrival counted so far, each `number recipient`. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Messages that arrived incomplete or without a number. */
  readonly damaged: readonly SinkMessage[];
  stop(): Promise<void>;
}

/**
 * Starts a sink on 127.0.0.1; `putOff` names the messages whose first attempt is answered with 451. Of those by LMTP, every
 * `oneInPutOff`th recipient is answered with 452 alone.
 */
export async function startCountingSink(
  putOff: (number: number) => boolean = () => false,
  oneInPutOff = Number.POSITIVE_INFINITY,
): Promise<CountingSink> {
  let answered = 0;
  const arrivals = new Map<string, number>();
  const damaged: SinkMessage[] = [];
  const putOffOnce = new Set<number>();
  const taken: SinkReply = { code: 250, text: 'taken' };
  const onMessage = (message: SinkMessage): SinkReply => {
    const number = numberOf(message.raw);
    if (number === null) {
      damaged.push(message);
      return taken;
    }
    if (putOff(number) && !putOffOnce.has(number)) {
      putOffOnce.add(number);
      return { code: 451, text: 'not now' };
    }
    for (const recipient of message.envelopeTo) {
      const key = `${number} ${recipient}`;
      arrivals.set(key, (arrivals.get(key) ?? 0) + 1);
    }
    return taken;
  };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new SinkSession(socket, {
      tls: undefined,
      onRecipient: () => ({ code: 250, text: 'recipient taken' }),
      onLmtpRecipient: () => {
        answered += 1;
        return answered % oneInPutOff === 0 ? { code: 452, text: 'not now' } : taken;
      },
      onMessage,
    }).greet();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sink listens on no port');
  return {
    port: address.port,
    count: (number, recipient) => arrivals.get(`${number} ${recipient}`) ?? 0,
    arrivals,
    damaged,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
