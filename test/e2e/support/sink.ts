/*
 * A mail sink: an SMTP server on a loopback port that accepts every envelope and records it exactly. It does not parse
 * addresses, since a sink that checked syntax would refuse, and so hide, the very envelopes that leaks have. Faults are
 * programmed per sink. Ref: RFC 5321 4.1.1, 4.5.2
 */

import { once } from 'node:events';
import net from 'node:net';
import type tls from 'node:tls';
import { type SinkBehaviour, type SinkMessage, type SinkReply, SinkSession } from './sink-session.js';
import { within } from './until.js';

export type { SinkMessage, SinkReply };

/** A RCPT command that reached the sink, whatever the reply. */
export interface SinkAttempt {
  readonly envelopeFrom: string;
  readonly recipient: string;
  readonly code: number;
}

/** A running sink. */
export interface Sink {
  readonly port: number;
  /** Messages accepted so far, oldest first. */
  readonly messages: readonly SinkMessage[];
  /** Recipients named so far, rejected ones too: these show a leak. */
  readonly attempts: readonly SinkAttempt[];
  /** Rejects RCPT for this recipient, given without brackets and exactly as written. */
  refuseRecipient(recipient: string, reply: SinkReply): void;
  /** With LMTP, rejects a recipient at the end of DATA; the message counts for the others. */
  refuseLmtpRecipient(recipient: string, reply: SinkReply): void;
  /** Rejects every message at the end of DATA; it is not recorded. */
  refuseData(reply: SinkReply): void;
  /** Drops the connection at every end of DATA, with no reply and no record. */
  dropAfterData(): void;
  /** Connections that are open. */
  readonly connections: number;
  /** Drops the connections that are open. */
  dropConnections(): void;
  /** Removes every fault. */
  acceptAll(): void;
  /** Clears the records. */
  clear(): void;
  /** Resolves with the messages once there are `count`; rejects after `timeoutMs` (default 10 s). */
  waitForMessages(count: number, timeoutMs?: number): Promise<readonly SinkMessage[]>;
  /** Resolves with the first message to an address; rejects after ten seconds. */
  messageTo(address: string): Promise<SinkMessage>;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
}

/** How a sink listens and what it offers. */
export interface SinkOptions {
  /** With it STARTTLS is offered. */
  readonly tls?: tls.TlsOptions;
  /** Whether SMTPUTF8 is offered; default true. */
  readonly smtputf8?: boolean;
  /** Further extensions that are offered, such as DSN. */
  readonly extensions?: readonly string[];
  readonly port?: number;
  /** A server that is already listening, instead of a port of 127.0.0.1. */
  readonly server?: net.Server;
}

/** Starts a sink. */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const messages: SinkMessage[] = [];
  const attempts: SinkAttempt[] = [];
  const refusals = new Map<string, SinkReply>();
  const lmtpRefusals = new Map<string, SinkReply>();
  let endOfData: SinkReply | 'drop' | undefined;
  const listeners = new Set<() => void>();
  const behaviour: SinkBehaviour = {
    tls: options.tls,
    smtputf8: options.smtputf8 ?? true,
    extensions: options.extensions ?? [],
    onRecipient: (envelopeFrom, recipient) => {
      const reply = refusals.get(recipient) ?? { code: 250, text: 'recipient taken' };
      attempts.push({ envelopeFrom, recipient, code: reply.code });
      return reply;
    },
    onLmtpRecipient: (recipient) => lmtpRefusals.get(recipient) ?? { code: 250, text: 'delivered' },
    onMessage: (message) => {
      if (endOfData !== undefined) return endOfData;
      messages.push(message);
      for (const listener of [...listeners]) listener();
      return { code: 250, text: `taken as ${messages.length}` };
    },
  };
  /** Waits until `find` finds something among what has come. */
  const waitFor = <T>(
    find: () => T | undefined,
    expectation: () => string,
    timeoutMs = 10_000,
  ): Promise<T> => {
    let listener: () => void = () => undefined;
    const come = new Promise<T>((resolve) => {
      listener = () => {
        const found = find();
        if (found !== undefined) resolve(found);
      };
      listeners.add(listener);
      listener();
    });
    return within(come, timeoutMs, expectation).finally(() => listeners.delete(listener));
  };
  const sockets = new Set<net.Socket>();
  const server = options.server ?? net.createServer();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new SinkSession(socket, behaviour).greet();
  });
  if (!server.listening) {
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sink listens on no port');
  return {
    port: address.port,
    get connections() {
      return sockets.size;
    },
    messages,
    attempts,
    refuseRecipient: (recipient, reply) => {
      refusals.set(recipient, reply);
    },
    refuseLmtpRecipient: (recipient, reply) => {
      lmtpRefusals.set(recipient, reply);
    },
    refuseData: (reply) => {
      endOfData = reply;
    },
    dropAfterData: () => {
      endOfData = 'drop';
    },
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    acceptAll: () => {
      refusals.clear();
      lmtpRefusals.clear();
      endOfData = undefined;
    },
    clear: () => {
      messages.length = 0;
      attempts.length = 0;
    },
    waitForMessages: (count, timeoutMs) =>
      waitFor(
        () => (messages.length >= count ? messages : undefined),
        () => `${count} messages in the sink, which has ${messages.length}`,
        timeoutMs,
      ),
    messageTo: (address) =>
      waitFor(
        () => messages.find(({ envelopeTo }) => envelopeTo.includes(address)),
        () => `a message to ${address} in the sink, which has ${messages.length}`,
      ),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
