/*
 * A TCP proxy on 127.0.0.1 that misbehaves as it is told.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Passes everything; refuses connections; takes them and is silent; closes them at the first request; answers requests with
 * something else; answers late.
 */
export type ProxyFault = 'none' | 'refuses' | 'is silent' | 'drops' | 'answers garbage' | 'is slow';

export interface FaultProxy {
  readonly port: number;
  /** Misbehaves from now on, on open connections too. */
  become(fault: ProxyFault): Promise<void>;
  stop(): Promise<void>;
}

const GARBAGE = '?!garbage\r\n$999999999999\r\n\0\0';

/** Starts a proxy before a server; `slowMs` is how late answers are when it is slow. */
export async function startFaultProxy(target: number, slowMs: number): Promise<FaultProxy> {
  let fault: ProxyFault = 'none';
  const sockets = new Set<Socket>();

  function join(client: Socket): void {
    const server = connect(target, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (chunk) => {
      switch (fault) {
        case 'drops':
          client.destroy();
          break;
        case 'answers garbage':
          client.write(GARBAGE);
          break;
        case 'is silent':
          break;
        default:
          server.write(chunk);
      }
    });
    server.on('data', (chunk) => {
      if (fault === 'is slow') void pause(slowMs).then(() => client.write(chunk));
      else if (fault === 'none') client.write(chunk);
    });
  }

  const listener = createServer(join);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  async function close(): Promise<void> {
    if (!listener.listening) return;
    const closed = once(listener, 'close');
    listener.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    port,
    become: async (wanted) => {
      fault = wanted;
      if (wanted === 'refuses') await close();
      else if (!listener.listening) {
        listener.listen(port, '127.0.0.1');
        await once(listener, 'listening');
      }
    },
    stop: close,
  };
}
