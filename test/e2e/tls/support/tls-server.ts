/*
 * An SMTP server with programmed faults while TLS starts, which records every octet that came in the clear.
 */

import net from 'node:net';
import tls from 'node:tls';
import type { Certificate } from '../../support/certificate.js';
import { SinkSession } from '../../support/sink-session.js';

/** How the server handles STARTTLS. */
export type StartTls =
  | 'works'
  /** EHLO does not name it. */
  | 'absent'
  /** It is offered and answered with 454. */
  | 'refused'
  /** The handshake is answered with text. */
  | 'garbled'
  /** The connection is dropped instead of the handshake. */
  | 'dropped'
  /** The connection is dropped after the handshake. */
  | 'dropped-after'
  /** The handshake is never answered. */
  | 'stalled'
  /** Clear text follows the 220. */
  | 'injected';

/** A received message. */
export interface TlsServerMessage {
  readonly envelopeTo: readonly string[];
  readonly isSecure: boolean;
}

/** A running server. */
export interface TlsServer {
  readonly port: number;
  readonly messages: readonly TlsServerMessage[];
  /** The octets received in the clear, for each connection. */
  readonly clear: readonly string[];
  /** The server names that handshakes gave (SNI). */
  readonly serverNames: readonly string[];
  stop(): Promise<void>;
}

/** Starts a server on 127.0.0.1. */
export async function startTlsServer(startTls: StartTls, certificate: Certificate): Promise<TlsServer> {
  const messages: TlsServerMessage[] = [];
  const clear: string[] = [];
  const serverNames: string[] = [];
  const sockets = new Set<net.Socket>();
  const options: tls.TlsOptions = {
    ...certificate,
    SNICallback: (name, done) => {
      serverNames.push(name);
      done(null);
    },
  };
  const behaviour = {
    tls: startTls === 'absent' ? undefined : options,
    onRecipient: () => ({ code: 250, text: 'taken' }),
    onMessage: (message: { readonly envelopeTo: readonly string[]; readonly isSecure: boolean }) => {
      messages.push(message);
      return { code: 250, text: 'taken' };
    },
  };

  /** Replaces the sink from STARTTLS on. */
  const goWrong = (socket: net.Socket): void => {
    switch (startTls) {
      case 'works':
      case 'absent':
        return;
      case 'refused':
        socket.write('454 4.7.0 TLS not available due to temporary reason\r\n');
        return;
      case 'garbled':
        socket.write('220 go on\r\n');
        socket.once('data', () => socket.write('500 what is that?\r\n'));
        return;
      case 'dropped':
        socket.write('220 go on\r\n');
        socket.once('data', () => socket.destroy());
        return;
      case 'stalled':
        socket.write('220 go on\r\n');
        socket.resume();
        return;
      case 'dropped-after': {
        socket.write('220 go on\r\n');
        const secure = new tls.TLSSocket(socket, { ...options, isServer: true });
        secure.on('error', () => socket.destroy());
        secure.once('secure', () => socket.destroy());
        return;
      }
      case 'injected':
        socket.write('220 go on\r\n250 and say nothing\r\n');
        return;
    }
  };

  const server = net.createServer((socket) => {
    const index = clear.push('') - 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const isGood = startTls === 'works' || startTls === 'absent';
    let isSink = true;
    socket.on('data', (chunk: Buffer) => {
      if (!isSink) return;
      const text = chunk.toString('latin1');
      clear[index] += text;
      if (!/^STARTTLS\r\n/im.test(text) || isGood) return;
      isSink = false;
      socket.removeAllListeners('data');
      goWrong(socket);
      // The sink still gets this chunk: it must not execute or answer it.
      own.tls = undefined;
      socket.write = () => true;
      queueMicrotask(() => Reflect.deleteProperty(socket, 'write'));
    });
    const own: { tls: tls.TlsOptions | undefined } & typeof behaviour = { ...behaviour };
    new SinkSession(socket, own).greet();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    messages,
    clear,
    serverNames,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
